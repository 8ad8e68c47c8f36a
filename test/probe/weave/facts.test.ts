import { expect, test } from 'vitest'
import {
  weaveAddresses,
  weaveContainerFacts,
  weaveContainers,
} from '../../../src/probe/weave/container-facts.ts'
import { ipamStatus, weaveHostFacts } from '../../../src/probe/weave/host-facts.ts'
import { createLinkTimes } from '../../../src/probe/weave/link-times.ts'
import { type RouterReport, readRouterReport } from '../../../src/probe/weave/router-report.ts'
import { nodeSchema } from '../../../src/report/schema.ts'
import { hostNode } from '../../support/reports/reports.ts'
import { peerNames, threePeers } from '../../support/weave/peers.ts'
import { type DnsEntry, type RouterKnowledge, reportOf } from '../../support/weave/report-of.ts'

const { one, two, three } = peerNames
const reported = (more: Partial<RouterKnowledge> = {}): RouterReport =>
  readRouterReport(
    JSON.stringify(
      reportOf({
        ...{ name: one, nickName: 'one', peers: threePeers, entries: [] },
        ...{ dnsAddress: '172.17.0.1:53', activeIps: 0, ...more },
      }),
    ),
  )
const id = (digit: string) => digit.repeat(64)
const entry = (more: Partial<DnsEntry>): DnsEntry => ({
  ...{ Hostname: 'web.weave.local.', Origin: one, ContainerID: id('a'), Address: '10.32.0.2' },
  ...{ Version: 0, Tombstone: 0, ...more },
})

test('a host has what its router says, and it fits a report', () => {
  const report = reported({ entries: [entry({}), entry({ Tombstone: 5 })] })
  const facts = weaveHostFacts(report, createLinkTimes()(report, 0))
  expect(facts).toEqual({
    weave_peer_name: one,
    weave_peer_nick_name: 'one',
    weave_version: '2.8.1',
    weave_protocol: '1..2',
    weave_encryption: 'enabled',
    weave_peer_discovery: 'enabled',
    weave_target_count: 1,
    weave_connection_count: 3,
    weave_peer_count: 3,
    weave_trusted_subnet_count: [],
    weave_ipam_status: 'ready',
    weave_ipam_range: '10.32.0.0/12',
    weave_ipam_default_subnet: '10.32.0.0/12',
    weave_dns_domain: 'weave.local.',
    weave_dns_upstream: ['192.0.2.53'],
    weave_dns_ttl: 1,
    weave_dns_entry_count: 1,
    weave_proxy_status: 'running',
    weave_proxy_address: ['unix:///var/run/weave/weave.sock'],
    weave_plugin_status: 'running',
    weave_plugin_driver: 'weave',
    weave_peers: [`${one} one`, `${two} two.example`, `${three} three`],
    weave_links: [
      `${one} ${two} established 1970-01-01T00:00:00.000Z`,
      `${two} ${three} pending 1970-01-01T00:00:00.000Z`,
      `${three} ${one} established 1970-01-01T00:00:00.000Z`,
    ],
    weave_connections: [
      `->\t192.168.0.12:6783\testablished\tencrypted   fastdp ${two}(two.example)`,
      `<-\t192.168.0.13:41234\testablished\tencrypted   fastdp ${three}(three)`,
      '->\t10.9.9.9:6783\tfailed\tdial tcp :0->10.9.9.9:6783: connect: connection refused',
    ],
  })
  expect(nodeSchema.safeParse(hostNode('alpha', facts)).success).toBe(true)
})

test('the facts of the largest network fit a report', () => {
  const names = Array.from({ length: 600 }, (_, n) => `peer-${n}`)
  const peers = [one, ...names].map((name) => ({
    name,
    nickName: 'n'.repeat(300),
    connections: names
      .slice(0, 10)
      .map((to) => ({ to, address: '10.0.0.1:6783', outbound: true, established: true })),
  }))
  const report = reported({ peers })
  const facts = weaveHostFacts(report, createLinkTimes()(report, 0))
  expect(facts.weave_links).toHaveLength(1024)
  expect(nodeSchema.safeParse(hostNode('alpha', facts)).success).toBe(true)
})

test('a link tells since when it is as it is', () => {
  const times = createLinkTimes()
  const states = (report: RouterReport, nowMs: number) =>
    times(report, nowMs).map(({ to, isEstablished, since }) => [to, isEstablished, Date.parse(since)])
  const only = (established: boolean) =>
    reported({
      peers: [
        { name: one, nickName: '', connections: [{ to: two, address: '', outbound: true, established }] },
      ],
    })
  expect(states(only(false), 1000)).toEqual([[two, false, 1000]])
  expect(states(only(false), 2000)).toEqual([[two, false, 1000]])
  expect(states(only(true), 3000)).toEqual([[two, true, 3000]])
  expect(states(reported({ peers: [] }), 4000)).toEqual([])
  expect(states(only(true), 5000)).toEqual([[two, true, 5000]])
})

const ipam = (more: object) => ({
  ...{ Range: '', DefaultSubnet: '', Entries: [], PendingAllocates: [], Paxos: null, ...more },
})
const owned = { Size: 4, IsKnownPeer: true }

test.each([
  [ipam({}), 'idle'],
  [ipam({ Paxos: { Elector: false, KnownNodes: 0, Quorum: 0 } }), 'priming'],
  [ipam({ Paxos: { Elector: true, KnownNodes: 1, Quorum: 2 } }), 'awaiting consensus (quorum: 2, known: 1)'],
  [ipam({ Entries: [owned] }), 'ready'],
  [ipam({ Entries: [owned], PendingAllocates: ['x'] }), 'waiting for grant'],
  [
    ipam({
      Entries: [
        { Size: 0, IsKnownPeer: true },
        { Size: 4, IsKnownPeer: false },
      ],
    }),
    'all ranges owned by unreachable peers',
  ],
])('the allocator %#: %j', (status, expected) => {
  expect(ipamStatus(status)).toBe(expected)
})

test('a container has its names and addresses, and nobody gives it those of others', () => {
  const running = new Set([id('a'), id('b'), id('c')])
  const entries = [
    entry({}),
    entry({ Hostname: 'api.weave.local.', Address: '10.32.0.2' }),
    entry({ Hostname: 'old.weave.local.', Tombstone: 7 }),
    // told by the router of another machine, which cannot know of containers here
    entry({ Hostname: 'other.weave.local.', Origin: two }),
    // any user of the machine can add such a name
    entry({ Hostname: 'far.weave.local.', Address: '8.8.8.8' }),
    entry({ Hostname: 'odd.weave.local.', Address: 'x' }),
    entry({ ContainerID: id('d') }),
  ]
  const allocated = new Map([
    [id('a'), ['10.32.0.2', '10.32.0.9']],
    [id('b'), ['10.32.0.3', '192.0.2.1', '']],
  ])
  const found = weaveContainers(reported({ entries }), running, allocated)
  expect([...found.keys()]).toEqual([id('a'), id('b')])
  expect(weaveContainerFacts(found.get(id('a')) as never, ['56:27:f4:62:66:c9'])).toEqual({
    weave_mac_address: ['56:27:f4:62:66:c9'],
    weave_dns_hostname: ['api.weave.local', 'far.weave.local', 'odd.weave.local', 'web.weave.local'],
    weave_container_ips: ['10.32.0.2', '10.32.0.9'],
    weave_reachable: true,
  })
  expect(weaveContainerFacts(found.get(id('b')) as never, [])).toEqual({
    weave_container_ips: ['10.32.0.3'],
    weave_reachable: true,
  })
  expect(weaveAddresses(found)).toEqual([
    { id: ';10.32.0.2', ip: '10.32.0.2', scope: 'global', owners: [`${id('a')};<container>`] },
    { id: ';10.32.0.9', ip: '10.32.0.9', scope: 'global', owners: [`${id('a')};<container>`] },
    { id: ';10.32.0.3', ip: '10.32.0.3', scope: 'global', owners: [`${id('b')};<container>`] },
  ])
})

test('a name with the address of another container gives it no address', () => {
  const running = new Set([id('a'), id('b')])
  const stolen = entry({ ContainerID: id('b'), Address: '10.32.0.2' })
  const found = weaveContainers(reported({ entries: [stolen] }), running, new Map([[id('a'), ['10.32.0.2']]]))
  expect(weaveAddresses(found)).toMatchObject([{ ip: '10.32.0.2', owners: [`${id('a')};<container>`] }])
  expect(weaveContainerFacts(found.get(id('b')) as never, [])).not.toHaveProperty('weave_reachable')
})
