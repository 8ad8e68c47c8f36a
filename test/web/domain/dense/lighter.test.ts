import { describe, expect, it } from 'vitest'
import {
  drawnOf,
  edgesWords,
  lighterWords,
  notThinned,
  type Thinnable,
  thinned,
} from '../../../../web/domain/dense/lighter.ts'
import type { Graph, MapEdge } from '../../../../web/domain/graph/graph.ts'
import { edge, graph, node } from '../../support/graph.ts'

const rule = { from: 8, until: 6, most: 3, gain: 1.5, ageMsLeast: 60_000, nowShare: 0.25 } as const
const names = Array.from({ length: 10 }, (_, at) => `n${at}`)

/** Ten nodes, each of which calls each other one; edges of these ids carry more, or are otherwise. */
const mesh = (more: Readonly<Record<string, Partial<MapEdge>>>): Graph => {
  const edges = names.flatMap((source) =>
    names.filter((target) => target !== source).map((target) => edge(source, target)),
  )
  return {
    nodes: new Map(names.map((name) => [name, node(name)])),
    edges: new Map(edges.map((one) => [one.id, { ...one, ...more[one.id] }])),
  }
}
const content = (graph: Graph, failedMs = new Map<string, number>()): Thinnable => ({
  ...{ view: 'hosts', graph, presence: { failedMs } },
})
const heavy = { 'n0>n1': { bytesSent: 9e6 }, 'n1>n2': { bytesSent: 8e6 }, 'n3>n2': { bytesSent: 7e6 } }

describe('of a dense view', () => {
  const meshed = mesh(heavy)
  const first = thinned(notThinned, content(meshed), rule)

  it('all edges are lighter ones but the heaviest', () => {
    expect(first.isDense).toBe(true)
    expect([...meshed.edges.keys()].filter((id) => !first.lighter.has(id)).sort()).toEqual(
      Object.keys(heavy).sort(),
    )
  })

  it('those that fail, or did a moment ago, are no lighter ones', () => {
    const failing = mesh({ ...heavy, 'n8>n9': { failed: 1, failedPerSecond: 1 } })
    const lately = new Map([['n9>n8', 5]])
    const { lighter } = thinned(notThinned, content(failing, lately), rule)
    expect(lighter.size).toBe(first.lighter.size - 2)
    expect([lighter.has('n8>n9'), lighter.has('n9>n8')]).toEqual([false, false])
  })

  it('nodes are placed by the heaviest and, those that have none, by another, the same as before', () => {
    const placed = (by: ReadonlySet<string> = new Set()) => new Set([...by].flatMap((id) => id.split('>')))
    expect(Object.keys(heavy).every((id) => first.placing?.has(id))).toBe(true)
    expect([...placed(first.placing)].sort()).toEqual(names)
    expect(first.placing?.size).toBeLessThan(names.length)
    const busier = mesh({ ...heavy, 'n4>n9': { bytesSent: 6e6 }, 'n0>n3': { failedPerSecond: 1 } })
    expect(thinned(first, content(busier), rule).placing).toEqual(first.placing)
    const anew = thinned(notThinned, content(busier), rule)
    expect([anew.placing?.has('n4>n9'), anew.placing?.has('n0>n3')]).toEqual([true, false])
  })

  it('nothing changes while only numbers do', () => {
    expect(thinned(first, content(mesh({ ...heavy, 'n5>n6': { bytesSent: 4e6 } })), rule)).toBe(first)
  })

  it('nothing is known any more when another view is shown, or it has become sparse', () => {
    const other = thinned(first, { ...content(meshed), view: 'processes' }, rule)
    expect([other.view, other.lighter.size]).toEqual(['processes', first.lighter.size])
    expect(thinned(first, content(graph('n0>n1', 'n1>n2')), rule)).toEqual({ ...notThinned, view: 'hosts' })
  })
})

it('a view that is not dense has no lighter edges', () => {
  const sparse = thinned(notThinned, content(graph('a>b', 'b>c')), rule)
  expect(sparse.lighter.size).toBe(0)
  expect(thinned(sparse, content(graph('a>b', 'b>c', 'c>a')), rule)).toBe(sparse)
})

describe('what is drawn', () => {
  const shown = graph('a>b', 'b>c', 'c>d', 'd>a')
  const drawn = (
    lighter: readonly string[],
    nodes: readonly string[],
    chosen?: { source: string; target: string },
  ) => [...drawnOf(shown, new Set(lighter), { nodes: new Set(nodes), edge: chosen }).edges.keys()]

  it('is all when there are no lighter edges', () => {
    expect(drawnOf(shown, new Set(), { nodes: new Set() })).toBe(shown)
  })

  it('are the others, and those at nodes or of an edge that is looked at', () => {
    const lighter = ['a>b', 'b>c', 'c>d']
    expect(drawn(lighter, [])).toEqual(['d>a'])
    expect(drawn(lighter, ['b'])).toEqual(['a>b', 'b>c', 'd>a'])
    expect(drawn(lighter, [], { source: 'c', target: 'd' })).toEqual(['c>d', 'd>a'])
    expect(drawn(lighter, [], { source: 'd', target: 'c' })).toEqual(['d>a'])
  })
})

describe('the words', () => {
  it('tell how many are hidden, and show them', () => {
    expect(lighterWords({ lighter: new Set(names) }, 60, false)).toEqual({
      ...{ hidden: '10 lighter ones hidden', action: 'Show all', hint: 'Show all 60 edges', showsAll: true },
    })
    expect(lighterWords({ lighter: new Set(['a']) }, 51, false)?.hidden).toBe('1 lighter one hidden')
  })

  it('offer the way back while all are shown, and say nothing where there are none', () => {
    expect(lighterWords({ lighter: new Set(names) }, 60, true)).toMatchObject({
      ...{ hidden: undefined, action: 'Only the heaviest', showsAll: false },
    })
    expect(lighterWords(notThinned, 60, false)).toBeUndefined()
  })

  it('count those that are drawn', () => {
    expect(edgesWords(622, 0)).toBe('622 edges')
    expect(edgesWords(622, 572)).toBe('50 of 622 edges')
  })
})
