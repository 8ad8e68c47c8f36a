import type { Edge, NodeSummary, QuerySummary } from '../../../api/types.ts'
import { keepIfEqual } from '../../equal.ts'
import type { View } from '../../view/view.ts'
import type { Query } from '../language/ast.ts'
import { compileQuery } from './compile.ts'

/** A view reduced to what a query selects. */
export interface FilteredView extends View {
  readonly query: QuerySummary
}

/** Further input of {@link filterView}. */
export interface FilterOptions {
  /** The text of the query. */
  readonly text: string
  /** The same view without groups. Members of closed groups are looked up in it. */
  readonly ungrouped?: View
  /** The previous result. Nodes that did not change are taken from it. */
  readonly earlier?: View
}

/**
 * Reduces a view to the nodes that a query selects, and the selected edges between them. A closed group is kept when
 * one of its members is selected, and an edge of a group when an edge between members is.
 *
 * The result contains the view's own node and edge objects. Only a node that lost an edge is a copy, with a shorter
 * adjacency list.
 */
export const filterView = (view: View, query: Query, options: FilterOptions): FilteredView => {
  const { text, ungrouped, earlier } = options
  const matcher = compileQuery(query)
  const selected = matcher(view)
  const members = ungrouped && view.members ? selectedMembers(view, ungrouped, matcher(ungrouped)) : undefined

  const kept = new Set<string>()
  for (const [id, node] of view.nodes) if (selected.node(node) || members?.nodes.has(id)) kept.add(id)
  const edges = new Map<string, Edge>()
  for (const [id, edge] of view.edges) {
    const shown = kept.has(edge.source) && kept.has(edge.target)
    if (shown && (selected.edge(edge) || members?.edges.has(betweenKey(edge.source, edge.target))))
      edges.set(id, edge)
  }
  const targets = Map.groupBy(edges.values(), ({ source }) => source)
  const nodes = new Map<string, NodeSummary>()
  let nonPseudo = 0
  for (const id of kept) {
    const node = view.nodes.get(id)
    if (node === undefined) continue
    if (node.pseudo !== true) nonPseudo++
    nodes.set(id, withAdjacency(node, targets.get(id) ?? [], earlier?.nodes.get(id)))
  }
  const { change: _, ...whole } = view
  return {
    ...whole,
    nodes,
    edges,
    stats: {
      ...view.stats,
      node_count: nodes.size,
      nonpseudo_node_count: nonPseudo,
      edge_count: edges.size,
    },
    query: { text, matched: nodes.size, hidden: view.nodes.size - nodes.size },
  }
}

const betweenKey = (source: string, target: string): string => `${source}\n${target}`

/** The closed groups with a selected member, and the pairs of nodes with a selected edge between their members. */
const selectedMembers = (
  view: View,
  ungrouped: View,
  selected: ReturnType<ReturnType<typeof compileQuery>>,
): { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } => {
  // A node that stands for several processes or containers can have parts in several groups.
  const groupsOf = new Map<string, string[]>()
  for (const [group, members] of view.members ?? []) {
    for (const id of members) {
      const others = groupsOf.get(id)
      if (others) others.push(group)
      else groupsOf.set(id, [group])
    }
  }
  const nodes = new Set<string>()
  for (const [id, groups] of groupsOf) {
    const node = ungrouped.nodes.get(id)
    if (node !== undefined && selected.node(node)) for (const group of groups) nodes.add(group)
  }
  const placesOf = (id: string): string[] => [
    ...(groupsOf.get(id) ?? []),
    ...(view.nodes.has(id) ? [id] : []),
  ]
  const edges = new Set<string>()
  for (const edge of ungrouped.edges.values()) {
    if (!selected.edge(edge)) continue
    // If an end is in several places, it is unknown which of them the connection belongs to. Then only the edges of
    // the grouped view can select it.
    const [source, ...otherSources] = placesOf(edge.source)
    const [target, ...otherTargets] = placesOf(edge.target)
    if (source !== undefined && target !== undefined && otherSources.length + otherTargets.length === 0)
      edges.add(betweenKey(source, target))
  }
  return { nodes, edges }
}

const withAdjacency = (
  node: NodeSummary,
  out: readonly Edge[],
  earlier: NodeSummary | undefined,
): NodeSummary => {
  if ((node.adjacency?.length ?? 0) === out.length) return node
  const adjacency = out.map(({ target }) => target).sort()
  const { adjacency: _, ...rest } = node
  return keepIfEqual(earlier, adjacency.length > 0 ? { ...rest, adjacency } : rest)
}
