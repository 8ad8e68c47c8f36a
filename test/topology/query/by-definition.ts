import type { NodeSummary } from '../../../src/api/types.ts'
import type { FilteredView } from '../../../src/topology/query/filter/view-filter.ts'
import type { Query } from '../../../src/topology/query/language/ast.ts'
import { compileQuery } from '../../../src/topology/query/match/compile.ts'
import { graphOf } from '../../../src/topology/query/match/graph.ts'
import type { View } from '../../../src/topology/view/view.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'

/** A view reduced to what a query selects, by testing each node and edge. @param ungrouped where the members of closed groups are */
export const byDefinition = (view: View, text: string, query: Query, ungrouped?: View): FilteredView => {
  const matcher = compileQuery(query)
  const selected = matcher.select(graphOf(view))
  const within = ungrouped && view.members ? matcher.select(graphOf(ungrouped)) : undefined
  const { members = new Map<string, readonly string[]>() } = view

  const hasSelectedMember = (group: string): boolean =>
    members.get(group)?.some((id) => {
      const node = ungrouped?.nodes.get(id)
      return node !== undefined && within?.node(node)
    }) === true
  const placesOf = (id: string): readonly string[] => [
    ...[...members].flatMap(([group, ids]) => (ids.includes(id) ? [group] : [])),
    ...(view.nodes.has(id) ? [id] : []),
  ]
  const pairs = new Set<string>()
  for (const edge of within ? (ungrouped?.edges.values() ?? []) : []) {
    const [sources, targets] = [placesOf(edge.source), placesOf(edge.target)]
    if (within?.edge(edge) && sources.length === 1 && targets.length === 1)
      pairs.add(`${sources[0]} ${targets[0]}`)
  }

  const kept = [...view.nodes].filter(([id, node]) => selected.node(node) || hasSelectedMember(id))
  const ids = new Set(kept.map(([id]) => id))
  const edges = [...view.edges].filter(
    ([, edge]) =>
      ids.has(edge.source) &&
      ids.has(edge.target) &&
      (selected.edge(edge) || pairs.has(`${edge.source} ${edge.target}`)),
  )
  const nodes = kept.map(([id, node]) => [id, withTargets(node, edges)] as const)
  const { change: _, ...whole } = view
  return {
    ...whole,
    nodes: new Map(nodes),
    edges: new Map(edges),
    stats: {
      ...view.stats,
      node_count: nodes.length,
      nonpseudo_node_count: nodes.filter(([, { pseudo }]) => pseudo !== true).length,
      edge_count: edges.length,
    },
    query: { text, matched: nodes.length, hidden: view.nodes.size - nodes.length },
  }
}

const withTargets = (
  { adjacency: _, ...node }: NodeSummary,
  edges: readonly (readonly [string, ViewEdge])[],
): NodeSummary => {
  const targets = edges.flatMap(([, { source, target }]) => (source === node.id ? [target] : []))
  return targets.length === 0 ? node : { ...node, adjacency: targets.sort() }
}
