import { describe, expect, test } from 'vitest'
import { weaveHostFacts } from '../../../src/probe/weave/host-facts.ts'
import { createLinkTimes } from '../../../src/probe/weave/link-times.ts'
import { readRouterReport } from '../../../src/probe/weave/router-report.ts'
import type { Fact } from '../../../src/report/schema.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { edgeFlows } from '../../../src/topology/edges/edge-flows.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { kindsOf } from '../../../src/topology/query/match/node-kind.ts'
import { textsOf } from '../../../src/topology/query/match/node-texts.ts'
import { renderView } from '../../../src/topology/render.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { containerNode, held, hostNode, report } from '../../support/reports/reports.ts'
import { peerNames, threePeers } from '../../support/weave/peers.ts'
import { type KnownPeer, reportOf } from '../../support/weave/report-of.ts'

const { one, two, three } = peerNames
const SINCE = Date.UTC(2026, 0, 1)

const factsOf = (name: string, peers: readonly KnownPeer[] = threePeers): Record<string, Fact> => {
  const nickName = peers.find((peer) => peer.name === name)?.nickName ?? ''
  const known = reportOf({ name, nickName, peers, entries: [], dnsAddress: '172.17.0.1:53', activeIps: 0 })
  const read = readRouterReport(JSON.stringify(known))
  return weaveHostFacts(read, createLinkTimes()(read, SINCE))
}
const hostWith = (host: string, facts: Record<string, Fact>, verified = true): HeldReport =>
  held(report({ host, nodes: [hostNode(host, facts)] }), { verified })

const nodesOf = ({ nodes }: View) =>
  [...nodes.values()]
    .map(({ id, label, pseudo, parents = [] }) => [id, label, pseudo ?? false, parents[0]?.id])
    .sort()
const edgesOf = ({ edges }: View) =>
  [...edges.values()].map(({ source, target, open }) => `${source} ${target} ${open}`).sort()
const allEdges = [`#${one} #${two} 1`, `#${three} #${one} 1`, `#${two} #${three} 0`].sort()

describe('the view of Weave Net', () => {
  test('peers that are watched, those that are not, and the connections between them', () => {
    const view = renderView('weave', {}, [hostWith('alpha', factsOf(one)), held(report({ host: 'gamma' }))])
    expect(nodesOf(view)).toEqual(
      [
        [`#${one}`, 'one', false, 'alpha;<host>'],
        [`#${two}`, 'two.example', true, undefined],
        [`#${three}`, 'three', true, undefined],
      ].sort(),
    )
    expect(edgesOf(view)).toEqual(allEdges)
    expect(view.stats).toMatchObject({ node_count: 3, nonpseudo_node_count: 1, edge_count: 3 })
    const [edge] = view.edges.values()
    expect(edge).toMatchObject({
      firstSeenMs: Date.UTC(2026, 0, 1),
      opened: 0,
      failed: 0,
      ports: [],
      told: true,
    })
    expect(view.nodes.get(`#${two}`)?.metadata?.[0]).toMatchObject({
      label: 'Watched',
      value: expect.stringMatching(/^no: /),
    })
    expect(view.nodes.get(`#${one}`)?.adjacency).toEqual([`#${two}`])
  })

  test('what several probes tell of is there once, and each peer as its own probe tells it', () => {
    const reports = [
      hostWith('alpha', factsOf(one)),
      hostWith('beta', factsOf(two)),
      hostWith('gamma', factsOf(three)),
    ]
    for (const order of [reports, reports.toReversed()]) {
      const view = renderView('weave', {}, order)
      expect(nodesOf(view).map(([, , pseudo, host]) => [pseudo, host])).toEqual(
        [
          [one, 'alpha'],
          [two, 'beta'],
          [three, 'gamma'],
        ]
          .sort()
          .map(([, host]) => [false, `${host};<host>`]),
      )
      expect(edgesOf(view)).toEqual(allEdges)
    }
  })

  test('of a link that is told differently, its opener counts', () => {
    const open = threePeers.map((peer) => ({
      ...peer,
      connections: peer.connections.map((connection) => ({ ...connection, established: true })),
    }))
    const view = renderView('weave', {}, [
      hostWith('alpha', factsOf(one, open)),
      hostWith('beta', factsOf(two)),
    ])
    expect(edgesOf(view)).toContain(`#${two} #${three} 0`)
  })

  test('without a Weave router it is empty, and not listed where it is of no use', () => {
    const reports = [held(report({ host: 'alpha' }))]
    expect(renderView('weave', {}, reports).stats.node_count).toBe(0)
    const listed = new Pipeline().describe(reports).flatMap(({ sub_topologies = [] }) => sub_topologies)
    expect(listed.find(({ name }) => name === 'Weave Net')).toMatchObject({
      hide_if_empty: true,
      options: null,
    })
  })

  test('the same reports give the same objects', () => {
    const [first, second] = [factsOf(one), factsOf(one)]
    const pipeline = new Pipeline()
    const before = pipeline.view('weave', {}, [hostWith('alpha', first)])
    const after = pipeline.view('weave', {}, [hostWith('alpha', second)])
    for (const [id, edge] of after.edges) expect(before.edges.get(id)).toBe(edge)
    for (const [id, node] of after.nodes) expect(before.nodes.get(id)).toBe(node)
  })

  test('a grouping changes nothing in it', () => {
    const reports = [hostWith('alpha', factsOf(one))]
    const view = renderView('weave', { group: 'host' }, reports)
    expect(edgesOf(view)).toEqual(allEdges)
    expect(view.nodes.size).toBe(3)
  })
})

describe('what an unverified probe says of a Weave network', () => {
  test('is of its own router alone', () => {
    const view = renderView('weave', {}, [
      hostWith('beta', factsOf(two), false),
      hostWith('alpha', factsOf(one)),
    ])
    expect(view.nodes.get(`#${two}`)).toMatchObject({ verified: false })
    expect(view.nodes.get(`#${two}`)?.pseudo).toBeUndefined()
    expect(edgesOf(view)).toEqual(allEdges)

    const alone = renderView('weave', {}, [hostWith('beta', factsOf(two), false)])
    expect([...alone.nodes.keys()]).toEqual([`#${two}`])
    expect(edgesOf(alone)).toEqual([])
  })

  test('changes nothing where it says that it is the peer of a verified one', () => {
    const truth = [hostWith('alpha', factsOf(one))]
    const stranger: KnownPeer = {
      name: one,
      nickName: 'liar',
      connections: [{ to: three, address: '', outbound: true, established: true }],
    }
    for (const host of ['aaa', 'zzz']) {
      const view = renderView('weave', {}, [...truth, hostWith(host, factsOf(one, [stranger]), false)])
      expect(nodesOf(view)).toEqual(nodesOf(renderView('weave', {}, truth)))
      expect(edgesOf(view)).toEqual(allEdges)
    }
  })

  test('and texts that nobody makes do no harm', () => {
    const facts = {
      weave_peer_name: one,
      weave_peers: ['', 'x'],
      weave_links: ['x', `${one} ${one} established 2026`, '  '],
      weave_connections: ['x', '\t'],
    }
    for (const verified of [true, false]) {
      const view = renderView('weave', {}, [hostWith('alpha', facts, verified)])
      expect([...view.nodes.keys()]).toEqual([`#${one}`])
      expect(view.edges.size).toBe(0)
    }
    expect(renderView('weave', {}, [hostWith('alpha', { weave_peer_name: ['a', 'b'] })]).nodes.size).toBe(1)
  })
})

test('the details of a peer', () => {
  const reports = [hostWith('alpha', factsOf(one))]
  const details = nodeDetails('weave', `#${one}`, {}, reports, () => [])
  expect(details?.metadata?.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'Version: 2.8.1',
    'Protocol: 1..2',
    `Name: ${one}`,
    'Encryption: enabled',
    'Peer discovery: enabled',
    'Targets: 1',
    'Peers: 3',
    'Connections: 3',
  ])
  const tables = details?.tables?.map(({ id, type, rows }) => [
    id,
    type,
    rows.map(({ entries }) => Object.values(entries).join('|')),
  ])
  expect(tables).toEqual([
    [
      'weave_ipam_table',
      'property-list',
      ['Status|ready', 'Range|10.32.0.0/12', 'Default subnet|10.32.0.0/12'],
    ],
    [
      'weave_dns_table',
      'property-list',
      ['Domain|weave.local.', 'Upstream|192.0.2.53', 'TTL|1', 'Entries|0'],
    ],
    ['weave_proxy_table', 'property-list', ['Status|running', 'Address|unix:///var/run/weave/weave.sock']],
    ['weave_plugin_table', 'property-list', ['Status|running', 'Driver name|weave']],
    [
      'weave_connections_multicolumn_table_',
      'multicolumn-table',
      [
        `-> 192.168.0.12:6783|established|encrypted   fastdp ${two}(two.example)`,
        `<- 192.168.0.13:41234|established|encrypted   fastdp ${three}(three)`,
        '-> 10.9.9.9:6783|failed|dial tcp :0->10.9.9.9:6783: connect: connection refused',
      ],
    ],
  ])
  expect(details && kindsOf(details as never)).toEqual(['peer'])
  expect(details && textsOf(details as never).map(({ text }) => text)).toContain(
    '-> 10.9.9.9:6783 failed dial tcp :0->10.9.9.9:6783: connect: connection refused',
  )
  const view = renderView('weave', {}, reports)
  const [edge] = view.edges.keys()
  expect(edgeFlows('weave', edge ?? '', {}, reports)).toEqual({ flows: [], total: 0 })
})

test('a host names its peer, and a container its addresses and names in the network', () => {
  const weave = {
    weave_dns_hostname: ['web.weave.local', 'www.weave.local'],
    weave_container_ips: ['10.32.0.2'],
  }
  const container = containerNode('alpha', 'web')
  const reports = [
    held(
      report({
        nodes: [hostNode('alpha', factsOf(one)), { ...container, facts: { ...container.facts, ...weave } }],
      }),
    ),
  ]
  const rowsOf = (view: string, id: string) =>
    Object.fromEntries(
      renderView(view, {}, reports)
        .nodes.get(id)
        ?.metadata?.map(({ label, value }) => [label, value]) ?? [],
    )
  expect(rowsOf('containers', container.id)).toMatchObject({
    'Weave IPs': '10.32.0.2',
    'Weave DNS name': 'web.weave.local, www.weave.local',
  })
  expect(rowsOf('hosts', 'alpha;<host>')).toMatchObject({ 'Weave Net peer': one })
})
