import { describe, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../../src/api/types.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { createWatchMarks, watchOf } from '../../../../web/domain/health/watch.ts'
import { node } from '../../support/graph.ts'

type Collector = ProbeSummary['collectors'][number]

const collector = (more: Partial<Collector> = {}): Collector => ({
  ...{ id: 'connections', mode: 'ebpf', state: 'ok', reason: '' },
  ...{ since: '2026-01-01T00:00:00.000Z', counters: {} },
  ...more,
})

const probe = (hostId: string, more: Partial<ProbeSummary> = {}): ProbeSummary => ({
  ...{ id: hostId, hostname: hostId, hostId, version: '1', lastSeen: '2026-01-01T00:00:00.000Z' },
  ...{ ageMs: 300, intervalMs: 1000, verified: true, cpuPercent: 0.62, rssBytes: 1 },
  ...{ collectors: [collector()], omitted: {} },
  ...more,
})
const seeing = (...collectors: readonly Partial<Collector>[]) =>
  probe('a', { collectors: collectors.map(collector) })

describe('how a host is watched', () => {
  it.each<[name: string, probes: readonly ProbeSummary[], expected: string | undefined]>([
    ['in full', [probe('a')], undefined],
    ['in full: not yet begun', [seeing({ state: 'waiting', mode: 'off' })], undefined],
    ['simulated', [seeing({ mode: 'demo' })], undefined],
    ['by no probe that is known', [], undefined],
    ['by the probe of another host that is silent', [probe('a'), probe('b', { ageMs: 60_000 })], undefined],
    [
      'polled',
      [seeing({ mode: 'proc', state: 'degraded', reason: 'the kernel has no BTF; install one.' })],
      'partial: polled through /proc, so short connections may be missed: the kernel has no BTF',
    ],
    [
      'without connections',
      [seeing({ mode: 'off', state: 'off' })],
      'partial: its connections are not watched',
    ],
    ['without any collector', [probe('a', { collectors: [] })], 'partial: its connections are not watched'],
    ['with lost events', [seeing({ counters: { lost: 2, stateFull: 1 } })], 'partial: 3 events were lost'],
    ['with a lost event', [seeing({ counters: { recursionMisses: 1 } })], 'partial: 1 event was lost'],
    [
      'by degraded collectors',
      [
        seeing(
          { state: 'degraded', reason: 'no raw socket' },
          { id: 'docker', state: 'degraded', reason: 'no answer.' },
        ),
      ],
      'partial: Connections: no raw socket; Docker: no answer',
    ],
    ['by one that only names are missing of', [seeing({}, { id: 'names', state: 'degraded' })], undefined],
    [
      'over the limit',
      [probe('a', { omitted: { nodes: 1, connections: 4, texts: 3 } })],
      'partial: 1 node left out: over the limit; 4 connections left out: over the limit',
    ],
    ['only texts cut', [probe('a', { omitted: { texts: 3 } })], undefined],
    [
      'no more, whatever it saw',
      [{ ...seeing({ mode: 'proc' }), ageMs: 40_000 }],
      'silent: no report for 40 s: what is shown may no longer be so',
    ],
    ['by two of which one still reports', [probe('a', { ageMs: 40_000 }), probe('a')], undefined],
  ])('%s', (_, probes, expected) => {
    const watch = watchOf({ id: 'a;<host>' }, probes)
    expect(watch && `${watch.kind}: ${watch.words}`).toBe(expected)
  })

  it('is said of hosts alone', () => {
    const silent = [probe('a', { ageMs: 60_000 })]
    expect(watchOf({ id: 'a;1' }, silent)).toBeUndefined()
    expect(watchOf({ id: 'pseudo:uncontained:a' }, silent)).toBeUndefined()
  })
})

describe('how the hosts of a closed group are watched', () => {
  const group = { id: 'group:host-name=n*', hosts: ['a', 'b', 'c', 'd', 'e'].map((id) => `${id};<host>`) }
  const silent = (id: string) => probe(id, { ageMs: 60_000 })
  const polled = (id: string) => probe(id, { collectors: [collector({ mode: 'proc' })] })
  const why = {
    silent: 'no report for 1 min: what is shown may no longer be so',
    partial: 'polled through /proc, so short connections may be missed',
  }

  it('is what is worst of any, with how many', () => {
    expect(
      watchOf(
        group,
        ['a', 'b', 'c'].map((id) => probe(id)),
      ),
    ).toBeUndefined()
    expect(watchOf(group, [probe('a'), polled('b')])).toEqual({
      ...{ kind: 'partial', words: `b, ${why.partial}` },
      hosts: { count: 1, of: 5 },
    })
    expect(watchOf(group, [silent('a'), polled('b')])).toEqual({
      ...{ kind: 'silent', words: `a, ${why.silent}` },
      hosts: { count: 1, of: 5 },
    })
  })

  it('names three', () => {
    const watch = watchOf(group, ['a', 'b', 'c', 'd', 'e', 'f'].map(silent))
    expect(watch?.words).toBe(
      [...['a', 'b', 'c'].map((id) => `${id}, ${why.silent}`), 'and 2 more'].join('; '),
    )
    expect(watch?.hosts).toEqual({ count: 5, of: 5 })
  })

  it('marks the group on the map, and is the same object as long as nothing else is to be said', () => {
    const graph: Graph = {
      nodes: new Map([[group.id, node(group.id, { hosts: group.hosts })]]),
      edges: new Map(),
    }
    const mark = createWatchMarks()
    const of = (probes: readonly ProbeSummary[]) => mark(graph, probes).nodes.get(group.id)
    const before = of([silent('a'), polled('b')])
    expect(before?.watch?.kind).toBe('silent')
    expect(of([silent('a'), polled('b')])).toBe(before)
    expect(of([silent('a'), silent('b')])).not.toBe(before)
    expect(mark(graph, [probe('a')])).toBe(graph)
  })
})

describe('hosts of which not all is seen', () => {
  const ids = ['a;<host>', 'b;<host>', 'c;<host>']
  const hosts: Graph = { nodes: new Map(ids.map((id) => [id, node(id)])), edges: new Map() }
  const silent = probe('a', { ageMs: 60_000 })
  const polled = probe('b', { collectors: [collector({ mode: 'proc' })] })

  it('are marked, and nothing else', () => {
    const marked = createWatchMarks()(hosts, [silent, polled, probe('c'), probe('d', { ageMs: 60_000 })])
    expect([...marked.nodes.values()].map(({ id, watch }) => [id, watch?.kind])).toEqual([
      ['a;<host>', 'silent'],
      ['b;<host>', 'partial'],
      ['c;<host>', undefined],
    ])
    expect(marked.nodes.get('c;<host>')).toBe(hosts.nodes.get('c;<host>'))
    expect(marked.edges).toBe(hosts.edges)
  })

  it('are the same objects as long as nothing else is to be said', () => {
    const mark = createWatchMarks()
    expect(mark(hosts, [probe('a'), probe('b')])).toBe(hosts)
    const of = (probes: readonly ProbeSummary[]) => mark(hosts, probes).nodes.get('b;<host>')
    const before = of([polled])
    expect(of([silent, polled])).toBe(before)
    expect(of([probe('b', { ageMs: 60_000 })])).not.toBe(before)
  })
})
