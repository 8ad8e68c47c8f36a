import type { NodeSummary } from '../types.ts'
import { assembleEdges } from './assemble-edges.ts'
import { adjacencies, finishNode } from './finish-nodes.ts'
import type { Fragment } from './fragment.ts'
import { mergePlaced } from './group.ts'
import type { ViewParts } from './parts.ts'
import type { PlacedNode } from './placement.ts'
import type { View } from './view.ts'

/**
 * Puts fragments and stitched connections together into a view.
 *
 * @param earlier the view before this one: what did not change is taken from it
 */
export const assemble = (
  { definition, options, fragments, stitched, outside }: ViewParts,
  earlier: View | undefined,
): View => {
  const edges = assembleEdges(fragments, stitched, earlier?.edges)
  const candidates = mergeNodes(fragments, outside)
  const connected = new Set<string>()
  for (const { source, target } of edges.values()) connected.add(source).add(target)
  const dropsUnconnected = definition.dropsUnconnected(options)
  const adjacency = adjacencies(edges.values())

  const nodes = new Map<string, NodeSummary>()
  let hidden = fragments.reduce((count, { placement }) => count + placement.hidden, 0)
  let nonPseudo = 0
  for (const [id, placed] of candidates) {
    const pseudo = placed.summary.pseudo === true
    if (!connected.has(id) && (pseudo || dropsUnconnected)) {
      if (!pseudo) hidden++
      continue
    }
    if (!pseudo) nonPseudo++
    nodes.set(id, finishNode(placed, adjacency.get(id), earlier?.nodes.get(id)))
  }
  return {
    nodes,
    edges,
    stats: {
      node_count: nodes.size,
      nonpseudo_node_count: nonPseudo,
      edge_count: edges.size,
      filtered_nodes: hidden,
    },
  }
}

const mergeNodes = (
  fragments: readonly Fragment[],
  outside: ViewParts['outside'],
): Map<string, PlacedNode> => {
  const merged = new Map<string, PlacedNode>()
  for (const { placement } of fragments) {
    for (const [id, placed] of placement.nodes) {
      const known = merged.get(id)
      merged.set(id, known ? mergePlaced(known, placed) : placed)
    }
  }
  for (const [id, summary] of outside) if (!merged.has(id)) merged.set(id, { summary })
  return merged
}
