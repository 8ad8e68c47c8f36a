import { describe, expect, it } from 'vitest'
import type { PortRow } from '../../../src/api/types.ts'
import { facts } from '../../../src/report/facts.ts'
import type { Report } from '../../../src/report/schema.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { indexed } from '../../../src/topology/pipeline/indexed-reports.ts'
import { portTest } from '../../../src/topology/ports/match-ports.ts'
import { portsOf } from '../../../src/topology/ports/port-rows.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  containerId,
  containerNode,
  held,
  hostNode,
  listener,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const inContainer = { isInHostNetwork: false }
const status = (mode: string, state: Report['status'][number]['state'] = 'ok'): Report['status'] => [
  { id: 'connections', mode, state, reason: '', sinceMs: 0, counters: {} },
]
const container = (name: string, ports: readonly string[], more: Record<string, string> = {}) =>
  containerNode('alpha', name, { image: `${name}:1`, facts: { [facts.containerPorts]: [...ports], ...more } })

/** Containers that publish to everybody, to the host alone and not at all, programs of the host, and docker-proxy. */
const machine = (more: Partial<Parameters<typeof report>[0]> = {}) =>
  report({
    nodes: [
      hostNode('alpha'),
      container('web', ['0.0.0.0:8080->80/tcp', '[::]:8080->80/tcp', '9000/tcp']),
      container('admin', ['127.0.0.1:8081->80/tcp']),
      container('cache', []),
      container('lan', []),
      container('alone', [], { [facts.containerNetworkMode]: 'none' }),
      container('silent', ['0.0.0.0:8082->80/tcp']),
      processNode('alpha', 1, { name: 'nginx', container: 'web' }),
      processNode('alpha', 2, { name: 'admin', container: 'admin' }),
      processNode('alpha', 3, { name: 'redis', container: 'cache' }),
      processNode('alpha', 4, { name: 'lan', container: 'lan' }),
      processNode('alpha', 5, { name: 'alone', container: 'alone' }),
      processNode('alpha', 6, { name: 'sshd' }),
      processNode('alpha', 7, { name: 'isolated' }),
      processNode('alpha', 8, { name: 'docker-proxy' }),
      processNode('alpha', 9, { name: 'client', container: 'cache' }),
    ],
    listeners: [
      listener('alpha;1', '0.0.0.0:80', {
        ...inContainer,
        accepted: 12,
        firstMs: 2000,
        lastMs: 9000,
        lastPeer: '172.17.0.3',
      }),
      listener('alpha;1', '127.0.0.1:9000', { ...inContainer, accepted: 1, firstMs: 3000, lastMs: 3000 }),
      listener('alpha;2', '[::]:80', inContainer),
      listener('alpha;3', '0.0.0.0:6379', inContainer),
      listener('alpha;4', '0.0.0.0:7000', inContainer),
      listener('alpha;5', '0.0.0.0:7001', inContainer),
      listener('alpha;6', '0.0.0.0:22', { accepted: 3, lastPeer: '203.0.113.9' }),
      listener('alpha;6', '[::1]:6010'),
      listener('alpha;6', '172.17.0.1:53'),
      listener('alpha;7', '0.0.0.0:7002', inContainer),
      listener('alpha;8', '0.0.0.0:8080'),
      listener('alpha;8', '[::]:8080'),
      listener('alpha;8', '127.0.0.1:8081'),
      listener('alpha;8', '0.0.0.0:8082'),
    ],
    addresses: [
      address('172.17.0.1', { kind: 'host', hostId: 'alpha' }, { owners: ['alpha;<host>'] }),
      address('172.17.0.3', { kind: 'host', hostId: 'alpha' }, { owners: [containerId('cache')] }),
      address('192.168.1.9', { kind: 'global' }, { owners: [containerId('lan')] }),
      address('203.0.113.9', { kind: 'global' }, { names: ['laptop.example'] }),
    ],
    connections: [pair('alpha;9', 'alpha;1', 80), pair('alpha;9', 'alpha;6', 22, { failed: 1 })],
    ...more,
  })

const reports = [held(machine())]

it.each([
  { what: 'of a container', node: { container: 'cache' } },
  { what: 'of a user', node: { facts: { [facts.uid]: 1000 } } },
  { what: 'from another file', node: { facts: { [facts.uid]: 0, [facts.executable]: '/usr/bin/perl' } } },
])('tells of a program that only calls itself docker-proxy: $what', ({ node }) => {
  const known = machine()
  const own = processNode('alpha', 20, { name: 'docker-proxy', ...node })
  const listeners = [...known.listeners, listener(own.id, '127.0.0.2:8080')]
  const all = { ...known, nodes: [...known.nodes, own], listeners }
  const told = portsOf(indexed(held(all)))
  expect(told.filter(({ process }) => process.id === own.id)).toHaveLength(1)
  expect(told.filter(({ process, port }) => process.label === 'docker-proxy' && port === 8080)).toHaveLength(
    1,
  )
})
const rows = reports.flatMap((one) => portsOf(indexed(one)))
const at = ({ address: ip, port }: Pick<PortRow, 'address' | 'port'>) =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

it('tells who listens where, published as what, and from how far it can be reached', () => {
  const told = rows.map(
    ({ process, container: inside, published, reachable, ...row }) =>
      `${inside?.label ?? '-'}/${process.label} ${at(row)} <- ${published.map(at)} ${reachable}`,
  )
  expect(told).toEqual([
    '-/sshd 0.0.0.0:22 <-  outside',
    '-/sshd 172.17.0.1:53 <-  containers',
    'web/nginx 0.0.0.0:80 <- 0.0.0.0:8080 outside',
    'admin/admin [::]:80 <- 127.0.0.1:8081 containers',
    '-/sshd [::1]:6010 <-  loopback',
    'cache/redis 0.0.0.0:6379 <-  containers',
    'lan/lan 0.0.0.0:7000 <-  outside',
    'alone/alone 0.0.0.0:7001 <-  loopback',
    '-/isolated 0.0.0.0:7002 <-  host',
    '-/docker-proxy 0.0.0.0:8082 <-  outside',
    'web/nginx 127.0.0.1:9000 <-  loopback',
  ])
})

it('tells what use was made of it, since when, and by whom last', () => {
  const used = (port: number) => rows.find((row) => row.port === port)
  const since = '2026-01-01T00:00:01.000Z'
  expect(used(80)).toMatchObject({
    since,
    counting: 'complete',
    host: { id: 'alpha;<host>', label: 'alpha' },
    used: {
      accepted: 12,
      first: '2026-01-01T00:00:02.000Z',
      last: '2026-01-01T00:00:09.000Z',
      lastPeer: { address: '172.17.0.3', label: 'cache' },
    },
  })
  expect(used(22)?.used.lastPeer).toEqual({ address: '203.0.113.9', label: 'laptop.example' })
  expect(used(6379)).toMatchObject({ since, used: { accepted: 0 } })
  expect(used(6379)?.used).toEqual({ accepted: 0 })
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
})

it('tells how much is seen of what comes', () => {
  const counting = (given: Report['status']) =>
    portsOf(indexed(held(machine({ status: given }))))[0]?.counting
  expect(counting(status('ebpf'))).toBe('complete')
  expect(counting(status('ebpf', 'degraded'))).toBe('partial')
  expect(counting(status('proc'))).toBe('polled')
  expect(counting([])).toBe('polled')
  const missed = machine({ listeners: [listener('alpha;6', '0.0.0.0:22', { mayHaveMissed: true })] })
  expect(portsOf(indexed(held(missed)))[0]?.counting).toBe('partial')
})

describe('a query selects ports', () => {
  const everything = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
  const graphs = ['processes', 'containers'].map((view) => renderView(view, everything, reports))
  const found = (text: string, among: readonly PortRow[] = rows) => {
    const test = portTest(parseQuery(text), () => graphs)
    return among.filter(test).map(at).join(' ')
  }

  it.each([
    ['', rows.map(at).join(' ')],
    ['listen:*', rows.map(at).join(' ')],
    // the port itself, and as what it is published
    ['listen:22', '0.0.0.0:22'],
    ['listen:8080', '0.0.0.0:80'],
    ['listen:127.0.0.1', '[::]:80 127.0.0.1:9000'],
    ['listen:127.0.0.1 listen<9000', '[::]:80'],
    ['listen:127.0.0.1 listen:80', ''],
    ['listen:80 listen!=8080', '[::]:80'],
    ['listen:8080 listen!=80', ''],
    ['listen:[::1]:6010', '[::1]:6010'],
    ['listen>=9000', '127.0.0.1:9000'],
    [
      'used:never',
      '172.17.0.1:53 [::]:80 [::1]:6010 0.0.0.0:6379 0.0.0.0:7000 0.0.0.0:7001 0.0.0.0:7002 0.0.0.0:8082',
    ],
    ['used:yes', '0.0.0.0:22 0.0.0.0:80 127.0.0.1:9000'],
    ['-used:never', '0.0.0.0:22 0.0.0.0:80 127.0.0.1:9000'],
    ['reachable:yes', '0.0.0.0:22 0.0.0.0:80 0.0.0.0:7000 0.0.0.0:8082'],
    ['reachable:yes used:never', '0.0.0.0:7000 0.0.0.0:8082'],
    ['reachable:no (used:yes or listen:53)', '172.17.0.1:53 127.0.0.1:9000'],
    // who listens: the process, or its container
    ['sshd', '0.0.0.0:22 172.17.0.1:53 [::1]:6010'],
    ['pid:1', '0.0.0.0:80 127.0.0.1:9000'],
    ['image:web used:yes listen:0.0.0.0', '0.0.0.0:80'],
    ['container:cache|web listen<9000', '0.0.0.0:80 0.0.0.0:6379'],
    ['kind:container -image:web', '[::]:80 0.0.0.0:6379 0.0.0.0:7000 0.0.0.0:7001'],
    ['-kind:container used:never', '172.17.0.1:53 [::1]:6010 0.0.0.0:7002 0.0.0.0:8082'],
    ['from:client', '0.0.0.0:22 172.17.0.1:53 0.0.0.0:80 [::1]:6010 127.0.0.1:9000'],
    ['from:client to:sshd used:yes', '0.0.0.0:22'],
    ['failed>0 to:nginx', ''],
    ['failed>0 port:80', ''],
    ['constructor:5', ''],
  ])('%s', (query, expected) => expect(found(query)).toBe(expected))

  it('says of use only what is known', () => {
    const polled = portsOf(indexed(held(machine({ status: status('proc') }))))
    expect(found('used:never', polled)).toBe('')
    expect(found('used:yes', polled)).toBe('0.0.0.0:22 0.0.0.0:80 127.0.0.1:9000')
    expect(found('used:* listen<50', polled)).toBe('0.0.0.0:22')
  })

  it('looks at the map only where it must', () => {
    const test = portTest(parseQuery('listen:22 -used:never'), () => {
      throw new Error('it was looked at')
    })
    expect(rows.filter(test).map(at)).toEqual(['0.0.0.0:22'])
  })
})

describe('the details of a node have the ports of its processes', () => {
  const listening = (view: string, id: string) =>
    nodeDetails(view, id, { unconnected: 'show' }, reports, () => [])?.listening
  it.each([
    ['processes', 'alpha;1', '0.0.0.0:80 127.0.0.1:9000'],
    ['containers', containerId('web'), '0.0.0.0:80 127.0.0.1:9000'],
    ['hosts', 'alpha;<host>', rows.map(at).join(' ')],
    ['processes', 'alpha;9', undefined],
    ['containers', containerId('silent'), undefined],
  ])('%s %s', (view, id, expected) => {
    const found = listening(view, id)
    expect(found?.ports.map(at).join(' ')).toBe(expected)
    expect(found?.total).toBe(expected?.split(' ').length)
  })
})
