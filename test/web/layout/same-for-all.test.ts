import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../web/domain/graph/graph.ts'
import type { Point } from '../../../web/domain/plot/geometry.ts'
import { arrange } from '../../../web/layout/arrange.ts'
import { settings } from '../../../web/settings.ts'
import { edge } from '../support/graph.ts'
import { recordedGraph, requestOf } from '../support/layout/graphs.ts'
import { among } from '../support/layout/joins.ts'
import { displacement } from '../support/layout/measures.ts'

const placesOf = (graph: Graph, aspect?: number): ReadonlyMap<string, Point> => {
  const request = requestOf(graph, aspect)
  const places = arrange(request, settings.layout)
  return new Map(request.nodes.map(({ id }, index) => [id, places[index] as Point]))
}

const pairs = fc
  .tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 14 }))
  .map(([from, to]) => [`n${from}`, `n${to}`] as const)

/** A graph, and the same nodes and edges in another order. */
const inTwoOrders = fc
  .uniqueArray(pairs, { maxLength: 24, selector: ([from, to]) => `${from}>${to}` })
  .chain((edges) => {
    const nodes = ['single', 'lonely', ...new Set(edges.flat())]
    return fc.record({
      nodes: fc.constant(nodes),
      edges: fc.constant(edges),
      nodesShuffled: fc.shuffledSubarray(nodes, { minLength: nodes.length }),
      edgesShuffled: fc.shuffledSubarray(edges, { minLength: edges.length }),
    })
  })

const requestFor = (nodes: readonly string[], edges: readonly (readonly [string, string])[]) => ({
  job: 1,
  nodes: nodes.map((id) => ({ id, r: 20, halfWidth: 50, below: 56 })),
  edges: edges.map(([from, to]) => [nodes.indexOf(from), nodes.indexOf(to)] as const),
  aspect: 1.6,
})

describe('arrange', () => {
  it('does not depend on the order of nodes and edges', () => {
    fc.assert(
      fc.property(inTwoOrders, ({ nodes, edges, nodesShuffled, edgesShuffled }) => {
        const places = arrange(requestFor(nodes, edges), settings.layout)
        const again = arrange(requestFor(nodesShuffled, edgesShuffled), settings.layout)
        expect(nodesShuffled.map((id) => again[nodesShuffled.indexOf(id)])).toEqual(
          nodesShuffled.map((id) => places[nodes.indexOf(id)]),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('gives newcomers the same places in any order', () => {
    fc.assert(
      fc.property(inTwoOrders, ({ nodes, edges, nodesShuffled, edgesShuffled }) => {
        const old = new Map(nodes.slice(0, 3).map((id, at) => [id, { x: at * 200, y: (at % 2) * 150 }]))
        const placed = (ids: readonly string[], of: readonly (readonly [string, string])[]) => {
          const request = requestFor(ids, of)
          const held = request.nodes.map((one) => ({
            ...one,
            ...(old.has(one.id) ? { at: old.get(one.id) as Point } : {}),
          }))
          const places = arrange({ ...request, nodes: held }, settings.layout)
          return new Map(ids.map((id, index) => [id, places[index]]))
        }
        expect(placed(nodesShuffled, edgesShuffled)).toEqual(placed(nodes, edges))
      }),
      { numRuns: 40 },
    )
  })
})

describe('two who open the same view', () => {
  const graph = recordedGraph('shop-services')

  it('see the same, in whatever order it came and however much traffic there was', () => {
    const again: Graph = {
      nodes: new Map([...graph.nodes].reverse()),
      edges: new Map(
        [...graph.edges.values()].reverse().map(({ source, target }) => {
          const busy = edge(source, target, { open: 900, bytesSent: 1e12, bytesSentPerSecond: 1e9 })
          return [busy.id, busy]
        }),
      ),
    }
    expect(new Map([...placesOf(again)].sort())).toEqual(new Map([...placesOf(graph)].sort()))
  })

  it('see the same in windows that differ a little, and beside a card', () => {
    const windows = [1.17, 1.5, 1.83, 1.97].map((aspect) => placesOf(graph, aspect))
    for (const places of windows) expect(places).toEqual(windows[0])
    expect(placesOf(graph, 0.5)).not.toEqual(windows[0])
  })
})

describe.each(['services', 'processes', 'shop', 'shop-services'] as const)(
  'two who open a view of %s before and after one at its rim has come',
  (name) => {
    const graph = recordedGraph(name)
    const beside = new Map([...graph.nodes.keys()].map((id) => [id, new Set<string>()]))
    for (const { source, target } of graph.edges.values()) {
      if (source === target) continue
      beside.get(source)?.add(target)
      beside.get(target)?.add(source)
    }
    const leaves = [...beside].flatMap(([id, others]) => (others.size === 1 ? [id] : []))

    // One that is alone in its rank makes a column of its own, before which all others step back.
    it('see most of it in the same places: half of those that come move the others by less than 4 % of the diameter', () => {
      const whole = placesOf(graph)
      const moved = leaves.map((leaf) => {
        const others = [...graph.nodes.keys()].filter((id) => id !== leaf)
        const before = placesOf(among(graph, new Set(others)))
        const at = (places: ReadonlyMap<string, Point>) => others.map((id) => places.get(id) as Point)
        return displacement(at(before), at(whole))
      })
      const median = moved.sort((a, b) => a - b)[Math.floor(moved.length / 2)]
      expect(median).toBeLessThan(0.04)
    })
  },
)
