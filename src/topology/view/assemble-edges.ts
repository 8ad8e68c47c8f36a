import { keepIfEqual } from '../equal.ts'
import type { Edge } from '../types.ts'
import { addConnections, addSum, type EdgeSums, edgeKey, edgeOf } from './edge.ts'
import type { Fragment, PlacedFlow } from './fragment.ts'

/** The edges of a view by id: those of each report, the stitched ones, and sums where several join the same nodes. */
export const assembleEdges = (
  fragments: readonly Fragment[],
  stitched: readonly PlacedFlow[],
  earlier: ReadonlyMap<string, Edge> | undefined,
): Map<string, Edge> => {
  // Most edges are within one report, which finishes them once; only the others are summed here.
  const within: EdgeSums = new Map()
  const across: EdgeSums = new Map()
  const takeAcross = (key: string) => {
    const known = within.get(key)
    if (known === undefined) return
    within.delete(key)
    addSum(across, known)
  }
  for (const { sums } of fragments) {
    for (const [key, sum] of sums) {
      takeAcross(key)
      if (across.has(key)) addSum(across, sum)
      else within.set(key, sum)
    }
  }
  for (const { source, target, flow } of stitched) {
    takeAcross(edgeKey(source, target))
    addConnections(across, source, target, flow.numbers, [flow.port])
  }

  const edges = new Map<string, Edge>()
  for (const sums of [within, across]) {
    for (const sum of sums.values()) {
      const edge = edgeOf(sum)
      edges.set(edge.id, keepIfEqual(earlier?.get(edge.id), edge))
    }
  }
  return edges
}
