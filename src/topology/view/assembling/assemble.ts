import type { NodeSummary } from '../../../api/types.ts'
import { connectedMembers, withConnectedOnly } from '../../grouping/folds/connected-folds.ts'
import type { PlacedNode } from '../placing/placement.ts'
import type { View } from '../view.ts'
import { assembleEdges } from './assemble-edges.ts'
import { adjacencies, finishNode } from './finish-nodes.ts'
import type { Fragment } from './fragment.ts'
import { mergePlaced } from './group.ts'
import type { ViewParts } from './parts.ts'

/**
 * Assembles a view from fragments and stitched flows.
 *
 * @param earlier the previous view; nodes and edges that did not change are taken from it
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
  const members = new Map<string, readonly string[]>()
  let hidden = fragments.reduce((count, { placement }) => count + placement.hidden, 0)
  let nonPseudo = 0
  const connectedWithin = dropsUnconnected ? connectedMembers(fragments, stitched) : undefined
  for (const [id, whole] of candidates) {
    const placed =
      whole.fold && connectedWithin && connected.has(id)
        ? withConnectedOnly(whole.fold, connectedWithin)
        : whole
    hidden += (whole.fold?.members.size ?? 0) - (placed.fold?.members.size ?? 0)
    const pseudo = placed.summary.pseudo === true
    if (!connected.has(id) && (pseudo || dropsUnconnected)) {
      if (!pseudo) hidden += placed.fold?.members.size ?? 1
      continue
    }
    if (!pseudo) nonPseudo++
    nodes.set(id, finishNode(placed, adjacency.get(id), earlier?.nodes.get(id)))
    if (placed.fold) members.set(id, [...placed.fold.members].sort())
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
    ...(members.size > 0 ? { members } : {}),
  }
}

const mergeNodes = (
  fragments: readonly Fragment[],
  outside: ViewParts['outside'],
): Map<string, PlacedNode> => {
  const merged = new Map<string, PlacedNode>()
  const several = new Map<string, PlacedNode[]>()
  for (const { placement } of fragments) {
    for (const [id, placed] of placement.nodes) {
      const others = several.get(id)
      const first = merged.get(id)
      if (others) others.push(placed)
      else if (first) several.set(id, [placed])
      else merged.set(id, placed)
    }
  }
  for (const [id, others] of several) {
    const first = merged.get(id)
    if (first) merged.set(id, mergePlaced(first, ...others))
  }
  for (const [id, summary] of outside) if (!merged.has(id)) merged.set(id, { summary })
  return merged
}
