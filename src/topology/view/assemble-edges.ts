import { keepIfEqual } from '../equal.ts'
import type { Edge } from '../types.ts'
import { addConnections, type EdgeSum, type EdgeSums, edgeOf, sumOf } from './edge.ts'
import type { Fragment, PlacedFlow } from './fragment.ts'

/** The edges of a view by id: those of each report, the stitched ones, and sums where several join the same nodes. */
export const assembleEdges = (
  fragments: readonly Fragment[],
  stitched: readonly PlacedFlow[],
  earlier: ReadonlyMap<string, Edge> | undefined,
): Map<string, Edge> => {
  const across: EdgeSums = new Map()
  for (const { source, target, flow } of stitched)
    addConnections(across, source, target, flow.numbers, [flow.port])

  // Most edges are of one report, which finishes them once; the few others are summed.
  const single = new Map<string, EdgeSum>()
  const several = new Map<string, EdgeSum[]>()
  for (const sums of [...fragments.map((fragment) => fragment.sums), across]) {
    for (const sum of sums.values()) {
      const { id } = edgeOf(sum)
      const known = single.get(id)
      if (known === undefined) single.set(id, sum)
      else several.set(id, [...(several.get(id) ?? [known]), sum])
    }
  }

  const edges = new Map<string, Edge>()
  for (const [id, sum] of single) {
    const parts = several.get(id)
    const edge = edgeOf(parts ? sumOf(parts) : sum)
    edges.set(id, keepIfEqual(earlier?.get(id), edge))
  }
  return edges
}
