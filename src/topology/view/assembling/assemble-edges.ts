import type { Edge } from '../../../api/types.ts'
import type { PlacedFlow } from './edge.ts'
import { type EdgeSum, type EdgeSums, edgeOf, sumOf, sumOfFlow } from './edge.ts'
import type { Fragment } from './fragment.ts'
import { chooseLinks, sumOfLink } from './links.ts'

/** The sums that the edges of a view were made from, to be reused when the next view is assembled. */
const madeOf = new WeakMap<ReadonlyMap<string, Edge>, EdgeSums>()

/**
 * The edges of a view by id: those of each report, the stitched ones and the links, added up where several connect the
 * same nodes.
 */
export const assembleEdges = (
  fragments: readonly Fragment[],
  stitched: readonly PlacedFlow[],
  earlier: ReadonlyMap<string, Edge> | undefined,
): Map<string, Edge> => {
  const sums: EdgeSums = new Map()
  // Most edges come from a single report or a single stitched flow, whose sum is cached. Only the few others have to
  // be added up.
  const several = new Map<string, [EdgeSum, ...EdgeSum[]]>()
  const add = (key: string, sum: EdgeSum): void => {
    const first = sums.get(key)
    if (first === undefined) {
      sums.set(key, sum)
      return
    }
    const parts = several.get(key)
    if (parts) parts.push(sum)
    else several.set(key, [first, sum])
  }
  for (const fragment of fragments) for (const [key, sum] of fragment.sums) add(key, sum)
  for (const placed of stitched) {
    const sum = sumOfFlow(placed)
    add(sum.key, sum)
  }
  for (const link of chooseLinks(fragments)) {
    const sum = sumOfLink(link)
    add(sum.key, sum)
  }
  const before = earlier && madeOf.get(earlier)
  for (const [key, parts] of several) sums.set(key, sumOf(parts, before?.get(key)))

  const edges = new Map<string, Edge>()
  for (const [key, sum] of sums) {
    const edge = edgeOf(sum, before?.get(key))
    edges.set(edge.id, edge)
  }
  madeOf.set(edges, sums)
  return edges
}
