import { describe, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../../src/api/types.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { onlyNodes } from '../../../../web/domain/graph/near.ts'
import { type ExplainFacts, explain } from '../../../../web/domain/happening/explain.ts'
import { nameOfNode, namesOfNodes, nodeNamed } from '../../../../web/domain/happening/node-names.ts'
import { graph, node } from '../../support/graph.ts'

const probe = (host: string, mode: string, more: Partial<ProbeSummary> = {}): ProbeSummary => ({
  id: host,
  hostname: host,
  hostId: host,
  version: '1',
  lastSeen: '2026-01-01T00:00:00.000Z',
  ageMs: 500,
  intervalMs: 1000,
  verified: true,
  cpuPercent: null,
  rssBytes: 1,
  collectors: [
    {
      id: 'connections',
      mode,
      state: mode === 'off' ? 'off' : 'ok',
      reason: '',
      since: '2026-01-01T00:00:00.000Z',
      counters: {},
    },
  ],
  omitted: {},
  ...more,
})

const on = (id: string, host: string) =>
  node(id, { parents: [{ id: `${host};<host>`, label: host, topologyId: 'hosts' }] })

/** a → proxy → b, b → c, and lone; all on the host h. */
const world: Graph = {
  edges: graph('a>proxy', 'proxy>b', 'b>c').edges,
  nodes: new Map(['a', 'proxy', 'b', 'c', 'lone'].map((id) => [id, on(id, 'h')])),
}
const asked = (one: string, other: string, more: Partial<ExplainFacts> = {}) =>
  explain({
    graph: world,
    shown: world,
    hubs: new Set(),
    near: undefined,
    lighter: new Set(),
    one,
    other,
    otherName: other,
    filter: '',
    leftOut: [],
    probes: [probe('h', 'ebpf')],
    ...more,
  })
const kinds = (...args: Parameters<typeof asked>) => asked(...args).map(({ kind }) => kind)

describe('why two nodes look unconnected', () => {
  it('is not so when they are connected, either way, or the same', () => {
    expect(asked('b', 'c').map(({ words }) => words)).toEqual(['b connects to c: 1 open, 1 opened.'])
    expect(asked('c', 'b')).toEqual(asked('b', 'c'))
    expect(kinds('a', 'a')).toEqual(['same'])
  })

  it('is that none was seen, or that it is not TCP, where all is watched', () => {
    expect(kinds('a', 'lone')).toEqual(['not-seen', 'not-tcp'])
  })

  it('is what lies between them', () => {
    expect(kinds('a', 'b')).toEqual(['by-way-of', 'not-seen', 'not-tcp'])
    expect(asked('b', 'a')[0]?.words).toBe('a connects to proxy, and that to b: they may talk by way of it.')
  })

  it('is not that both connect to the Internet', () => {
    const nodes = new Map(world.nodes).set('proxy', node('proxy', { pseudo: true }))
    expect(kinds('a', 'b', { graph: { ...world, nodes } })[0]).toBe('not-seen')
  })

  it.each([
    ['a probe that polls', probe('h', 'proc'), ['polled']],
    ['a host whose connections are not watched', probe('h', 'off'), ['unwatched']],
    ['a probe without a tracer', probe('h', 'ebpf', { collectors: [] }), ['unwatched']],
    ['a silent host', probe('h', 'ebpf', { ageMs: 60_000 }), ['silent']],
    ['a host without a probe, of each end', probe('other', 'ebpf'), ['no-probe', 'no-probe']],
  ])('is %s', (_, told, expected) => {
    expect(kinds('a', 'lone', { probes: [told] })).toEqual([...expected, 'not-seen', 'not-tcp'])
  })

  it('is that events were lost', () => {
    const { collectors } = probe('h', 'ebpf')
    const lossy = collectors.map((one) => ({ ...one, counters: { lost: 3 } }))
    expect(kinds('a', 'lone', { probes: [probe('h', 'ebpf', { collectors: lossy })] })).toContain('lost')
  })

  it('is that what connects them is not shown', () => {
    const shown = onlyNodes(world, new Set(['a', 'b', 'c']))
    const hubs = new Set(['proxy'])
    expect(asked('a', 'proxy', { shown, hubs }).map(({ words }) => words)).toEqual([
      'a connects to proxy: 1 open, 1 opened.',
      'proxy is not shown: it is a hub, and hubs are hidden.',
    ])
    expect(
      asked('a', 'b', { shown, hubs })
        .map(({ words }) => words)
        .slice(0, 2),
    ).toEqual([
      'a connects to proxy, and that to b: they may talk by way of it.',
      'proxy is not shown: it is a hub, and hubs are hidden.',
    ])
    expect(kinds('a', 'b')).not.toContain('not-shown')
  })

  it('is that only what is near a node is shown', () => {
    const near = { shown: onlyNodes(world, new Set(['b', 'c', 'proxy'])), near: 'one step from b' }
    expect(asked('a', 'proxy', near).map(({ words }) => words)).toEqual([
      'a connects to proxy: 1 open, 1 opened.',
      'a is not shown: only what is at most one step from b is.',
    ])
    expect(kinds('a', 'lone', near)).toEqual(['not-shown', 'not-shown', 'not-seen', 'not-tcp'])
    expect(kinds('b', 'c', near)).toEqual(['connected'])
  })

  it('is that lighter edges are not drawn at rest', () => {
    const lighter = new Set(['b>c', 'a>proxy'])
    expect(asked('c', 'b', { lighter }).map(({ words }) => words)).toEqual([
      'b connects to c: 1 open, 1 opened.',
      'That is among the 2 lighter ones, which the map draws only while an end of theirs is pointed at or chosen.',
    ])
    expect(kinds('proxy', 'b', { lighter })).toEqual(['connected'])
  })

  it.each([
    [['stopped'], 'stopped'],
    [['stopped', 'uncontained'], 'stopped or uncontained'],
    [['stopped', 'of the system', 'uncontained'], 'stopped, of the system or uncontained'],
  ])('is that options hide %s', (leftOut, words) =>
    expect(asked('a', '', { other: undefined, otherName: 'redis', leftOut })[1]?.words).toBe(
      `The options of this view hide what is ${words}.`,
    ),
  )

  it('is that one is not on the map: filtered, hidden by an option, or elsewhere', () => {
    const absent = { other: undefined, otherName: 'redis' }
    expect(kinds('a', '', absent)).toEqual(['not-here', 'grouped'])
    expect(kinds('a', '', { ...absent, filter: 'name:a', leftOut: ['uncontained'] })).toEqual([
      'not-here',
      'filtered',
      'hidden',
      'grouped',
    ])
    expect(asked('a', '', absent)[0]?.words).toBe('redis is not on this map.')
  })
})

describe('the node that is asked about', () => {
  const names = namesOfNodes({
    edges: new Map(),
    nodes: new Map(
      [
        node('1', { label: 'java', labelMinor: 'pid 1' }),
        node('2', { label: 'java', labelMinor: 'pid 2' }),
        node('3', { label: 'Redis' }),
        node('4', { label: 'redis-cli' }),
      ].map((one) => [one.id, one]),
    ),
  })

  it('is named by its label, and by its second line where others share that', () => {
    expect([...names.keys()]).toEqual(['java · pid 1', 'java · pid 2', 'Redis', 'redis-cli'])
    expect([nameOfNode(names, '2'), nameOfNode(names, 'gone')]).toEqual(['java · pid 2', undefined])
  })

  it.each([
    ['java · pid 2', '2'],
    ['redis', '3'],
    [' cli ', '4'],
    ['java', undefined],
    ['mysql', undefined],
    [' ', undefined],
  ])('is found by %s', (text, id) => expect(nodeNamed(names, text)).toBe(id))
})
