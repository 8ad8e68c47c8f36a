import { describe, expect, it } from 'vitest'
import { unitHash } from '../../../web/domain/hash.ts'
import type { Point } from '../../../web/domain/plot/geometry.ts'
import { recordedGraph } from '../support/layout/graphs.ts'
import { among, layoutOf, shown } from '../support/layout/joins.ts'
import { backwardEdges, displacement, stress } from '../support/layout/measures.ts'

describe.each([
  ['services', 100],
  ['processes', 30],
  ['hosts', 30],
  ['shop', 30],
  ['shop-services', 15],
  ['stacks', 15],
] as const)('the map of %s, when %i nodes join one by one', (name, count) => {
  const graph = recordedGraph(name)
  const ids = [...graph.nodes.keys()].sort((a, b) => unitHash(a) - unitHash(b))
  const joining = ids.slice(-count)
  const present = new Set(ids.slice(0, -count))
  let map = shown(undefined, among(graph, present))
  const moves = joining.map((id) => {
    const before = map
    const others = [...present]
    present.add(id)
    map = shown(before, among(graph, present))
    const moved = (of: readonly string[]) =>
      displacement(
        of.map((one) => before.places.get(one) as Point),
        of.map((one) => map.places.get(one) as Point),
      )
    return {
      ofOthers: moved(others),
      // Those that nobody talked to are in a grid, and leave it when the first does.
      ofConnected: moved(others.filter((one) => !before.single.has(one))),
    }
  })
  const then = layoutOf(map, ids)

  it('leaves all that are connected where they are', () => {
    expect(moves.filter(({ ofConnected }) => ofConnected > 0)).toEqual([])
  })

  it('moves others by at most 2 % of the diameter on average', () => {
    const sum = moves.reduce((total, { ofOthers }) => total + ofOthers, 0)
    expect(sum / moves.length).toBeLessThanOrEqual(0.02)
  })

  it('becomes little worse than a fresh one', () => {
    const fresh = layoutOf(shown(undefined, graph), ids)
    expect(stress(then.places, then.edges)).toBeLessThanOrEqual(1.2 * stress(fresh.places, fresh.edges))
  })

  it('still leads from left to right', () => {
    // Of hosts that call each other, half of the edges lead back in any layout.
    expect(backwardEdges(then.places, then.edges)).toBeLessThan(
      then.edges.length * (name === 'hosts' ? 0.5 : 0.3),
    )
  })
})
