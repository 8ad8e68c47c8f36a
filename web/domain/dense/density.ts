import type { Outline } from '../graph/graph.ts'

/** What is a dense view, and how many of its edges are drawn. */
export interface DenseRules {
  /** A view is dense from more than so many edges a node (see {@link edgesPerNode}) … */
  readonly from: number
  /** … until they are no more than so many. */
  readonly until: number
  /** How many of the heaviest edges are drawn. */
  readonly most: number
  /** How many times as heavy as one of those another edge is that takes its place. */
  readonly gain: number
  /** The age that a younger edge counts as having, for what it carried a second. */
  readonly ageMsLeast: number
  /** Which share of what an edge carries at the moment it weighs at least. */
  readonly nowShare: number
}

/** How many edges a node has on average, each counted at both of its ends. Edges from a node to itself are passed over. */
export function edgesPerNode({ nodes, edges }: Outline): number {
  let between = 0
  for (const { source, target } of edges.values()) if (source !== target) between += 1
  return nodes.size === 0 ? 0 : (2 * between) / nodes.size
}

/**
 * Whether a view has so many edges that nobody could follow them. Once it has, it counts as dense until it has
 * clearly fewer, so that it does not change to and fro.
 *
 * @param was whether it counted as dense before
 */
export function isDense(graph: Outline, was: boolean, { from, until }: DenseRules): boolean {
  // Edges from a node to itself can only make it fewer, so most views are decided without a look at any edge.
  if (2 * graph.edges.size <= until * graph.nodes.size) return false
  return edgesPerNode(graph) > (was ? until : from)
}
