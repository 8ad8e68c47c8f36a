import { keepIfEqual } from '../equal.ts'
import type { Edge } from '../types.ts'
import { addConnections, addSum, type EdgeSum, type EdgeSums, edgeKey, edgeOf } from './edge.ts'
import type { Fragment, PlacedFlow } from './fragment.ts'

/** The edges of a view by id: those of each report, the stitched ones, and sums where several join the same nodes. */
export const assembleEdges = (
  fragments: readonly Fragment[],
  stitched: readonly PlacedFlow[],
  earlier: ReadonlyMap<string, Edge> | undefined,
): Map<string, Edge> => {
  // Most edges are within one report, which finishes them once; only the others are summed here.
  const within = new Map<string, { readonly fragment: Fragment; readonly sum: EdgeSum }>()
  const across: EdgeSums = new Map()
  const takeAcross = (key: string) => {
    const known = within.get(key)
    if (known === undefined) return
    within.delete(key)
    addSum(across, known.sum)
  }
  for (const fragment of fragments) {
    for (const [key, sum] of fragment.sums) {
      takeAcross(key)
      if (across.has(key)) addSum(across, sum)
      else within.set(key, { fragment, sum })
    }
  }
  for (const { source, target, flow } of stitched) {
    takeAcross(edgeKey(source, target))
    addConnections(across, source, target, flow.numbers, [flow.port])
  }

  const edges = new Map<string, Edge>()
  const add = (edge: Edge) => edges.set(edge.id, keepIfEqual(earlier?.get(edge.id), edge))
  for (const { fragment, sum } of within.values()) add(fragment.edgeOf(sum))
  for (const sum of across.values()) add(edgeOf(sum))
  return edges
}
