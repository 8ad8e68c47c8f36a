import type { NodeSummary } from '../../../api/types.ts'
import { equalValues, keepIfEqual } from '../../equal.ts'
import { markedSummary } from '../../grouping/marks.ts'
import type { PlacedNode } from '../placing/placement.ts'

/**
 * The summary that a finished node was made from. If it is the same object, only metrics and adjacency need to be
 * compared.
 */
const madeOf = new WeakMap<NodeSummary, NodeSummary>()

/** Makes a node with its metrics and adjacency. Returns the earlier object when it is equal. */
export const finishNode = (
  placed: PlacedNode,
  adjacency: readonly string[] | undefined,
  earlier: NodeSummary | undefined,
): NodeSummary => {
  const { metrics } = placed
  const summary = markedSummary(placed)
  if (
    earlier !== undefined &&
    madeOf.get(earlier) === summary &&
    equalValues(earlier.metrics, metrics) &&
    equalValues(earlier.adjacency, adjacency)
  )
    return earlier
  const made: NodeSummary = {
    ...summary,
    ...(metrics ? { metrics } : {}),
    ...(adjacency ? { adjacency } : {}),
  }
  const node = keepIfEqual(earlier, made)
  madeOf.set(node, summary)
  return node
}

/** The targets of each node's edges, sorted, by the id of the source. */
export const adjacencies = (
  edges: Iterable<{ readonly source: string; readonly target: string }>,
): ReadonlyMap<string, readonly string[]> => {
  const bySource = new Map<string, string[]>()
  for (const { source, target } of edges) {
    const targets = bySource.get(source)
    if (targets) targets.push(target)
    else bySource.set(source, [target])
  }
  for (const targets of bySource.values()) targets.sort()
  return bySource
}
