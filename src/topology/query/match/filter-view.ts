import type { Edge, NodeSummary, QuerySummary } from '../../../api/types.ts'
import { equalValues } from '../../equal.ts'
import type { View } from '../../view/view.ts'
import type { Query } from '../language/ast.ts'
import { compileQuery } from './compile.ts'

/** A view with only what a query selects. */
export interface FilteredView extends View {
  readonly query: QuerySummary
}

/** What goes with {@link filterView} beside view and query. */
export interface FilterOptions {
  /** The query as it was written. */
  readonly text: string
  /** The same view without closed groups, where their members are looked up. */
  readonly ungrouped?: View
  /** The result before this one: what did not change is taken from it. */
  readonly earlier?: View
}

/**
 * The nodes that a query selects, and the edges between them that it selects. Nodes and edges are the objects of the view;
 * only where an edge is hidden, its source is a copy with less adjacency. A node that stands for members stays when one
 * of them is selected, and an edge between such nodes when one between their members is.
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
  return {
    ...view,
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

/** The group nodes with a selected member, and the pairs of nodes with a selected edge between members. */
const selectedMembers = (
  view: View,
  ungrouped: View,
  selected: ReturnType<ReturnType<typeof compileQuery>>,
): { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } => {
  // A node that stands for several has parts in several groups.
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
    // Which parts of several a connection joins, only the edges between them can tell.
    const [source, ...otherSources] = placesOf(edge.source)
    const [target, ...otherTargets] = placesOf(edge.target)
    if (source !== undefined && target !== undefined && otherSources.length + otherTargets.length === 0)
      edges.add(betweenKey(source, target))
  }
  return { nodes, edges }
}

/** The node that a copy with less adjacency was made of. */
const copyOf = new WeakMap<NodeSummary, NodeSummary>()

const withAdjacency = (
  node: NodeSummary,
  out: readonly Edge[],
  earlier: NodeSummary | undefined,
): NodeSummary => {
  if ((node.adjacency?.length ?? 0) === out.length) return node
  const adjacency = out.map(({ target }) => target).sort()
  const same = earlier && copyOf.get(earlier) === node && equalValues(earlier.adjacency ?? [], adjacency)
  if (same) return earlier
  const { adjacency: _, ...rest } = node
  const copy: NodeSummary = adjacency.length > 0 ? { ...rest, adjacency } : rest
  copyOf.set(copy, node)
  return copy
}
