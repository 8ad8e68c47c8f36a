import type { NodeSummary, QuerySummary } from '../../../api/types.ts'
import { equalValues, keepIfEqual } from '../../equal.ts'
import { VersionedMap } from '../../view/assembling/versioned-map.ts'
import type { View } from '../../view/view.ts'
import type { ViewEdge } from '../../view/view-edge.ts'
import type { Query } from '../language/ast.ts'
import { compileQuery } from '../match/compile.ts'
import type { FoldedTexts } from '../match/folded-texts.ts'
import type { EdgeTest, Matcher } from '../match/parts.ts'
import { SelectedMembers } from './selected-members.ts'
import { type ConnectedView, queryGraph, touchedBy } from './touched.ts'

/** A view reduced to what a query selects. */
export interface FilteredView extends View {
  readonly query: QuerySummary
}

/** A query to filter a view by. */
export interface AskedQuery {
  /** The query as the user wrote it. */
  readonly text: string
  readonly query: Query
}

/**
 * The stage that reduces a view to the nodes that a query selects, and the selected edges between them. A closed group is
 * kept when one of its members is selected, and an edge of a group when an edge between members is. Tested again is only
 * what changed, and what the query selects by it.
 *
 * The result contains the view's own node and edge objects. Only a node that lost an edge is a copy, with a shorter
 * adjacency list.
 */
export class ViewFilter {
  readonly #text: string
  readonly #matcher: Matcher
  #whole: View | undefined
  #members: SelectedMembers | undefined
  readonly #kept = new Set<string>()
  readonly #nodes = new VersionedMap<NodeSummary>()
  readonly #edges = new VersionedMap<ViewEdge>()
  #nonPseudo = 0
  #latest: FilteredView | undefined

  /** @param texts those of the nodes, see `compileQuery` */
  constructor({ text, query }: AskedQuery, texts?: FoldedTexts) {
    this.#text = text
    this.#matcher = compileQuery(query, texts)
  }

  /**
   * Takes over what changed in the view.
   *
   * @param ungrouped the same view without groups, in which the members of closed groups are looked up
   * @returns the filtered view; the same object as long as nothing in it changes
   */
  update(whole: ConnectedView, ungrouped?: ConnectedView): FilteredView {
    const { view, edgesOf } = whole
    const touched = touchedBy(this.#matcher.reach, this.#whole, whole)
    this.#whole = view
    if (ungrouped) this.#members ??= new SelectedMembers(this.#matcher)
    const byMembers = this.#members?.update(view, touched.changed.nodes, ungrouped)
    for (const id of byMembers?.groups ?? []) touched.nodes.add(id)
    for (const { source, target } of byMembers?.pairs ?? [])
      for (const edge of edgesOf(source)) if (edge.target === target) touched.edges.add(edge.id)

    const selected = this.#matcher.select(queryGraph(whole))
    const remade = new Set(touched.changed.nodes)
    for (const id of touched.nodes) {
      const node = view.nodes.get(id)
      const isKept = node !== undefined && (selected.node(node) || this.#members?.has(id) === true)
      if (isKept === this.#kept.has(id)) continue
      if (isKept) this.#kept.add(id)
      else this.#kept.delete(id)
      remade.add(id)
      for (const edge of edgesOf(id)) touched.edges.add(edge.id)
    }
    const edges = this.#settleEdges(touched.edges, whole, selected.edge, remade)
    const nodes = this.#settleNodes(remade, whole)
    return this.#result(nodes, edges, view)
  }

  /**
   * @param remade is given the nodes that got or lost an edge
   * @returns the ids of edges that changed, came or went
   */
  #settleEdges(
    ids: Iterable<string>,
    { view }: ConnectedView,
    isSelected: EdgeTest,
    remade: Set<string>,
  ): readonly string[] {
    const changed: string[] = []
    for (const id of ids) {
      const before = this.#edges.get(id)
      const edge = view.edges.get(id)
      const isShown =
        edge !== undefined &&
        this.#kept.has(edge.source) &&
        this.#kept.has(edge.target) &&
        (isSelected(edge) || this.#members?.hasBetween(edge) === true)
      if (isShown ? edge === before : before === undefined) continue
      changed.push(id)
      if (isShown) this.#edges.set(id, edge)
      else this.#edges.delete(id)
      if (before === undefined || !isShown) for (const one of [before, edge]) if (one) remade.add(one.source)
    }
    return changed
  }

  /** @returns the ids of nodes that changed, came or went */
  #settleNodes(ids: Iterable<string>, { view, edgesOf }: ConnectedView): readonly string[] {
    const changed: string[] = []
    for (const id of ids) {
      const before = this.#nodes.get(id)
      const node = this.#kept.has(id) ? view.nodes.get(id) : undefined
      const now = node && withTargets(node, () => this.#targetsOf(id, edgesOf(id)), before)
      if (now === before) continue
      changed.push(id)
      if (before !== undefined && before.pseudo !== true) this.#nonPseudo--
      if (now !== undefined && now.pseudo !== true) this.#nonPseudo++
      if (now) this.#nodes.set(id, now)
      else this.#nodes.delete(id)
    }
    return changed
  }

  #targetsOf(source: string, edges: readonly ViewEdge[]): readonly string[] {
    return edges
      .filter((edge) => edge.source === source && this.#edges.get(edge.id) !== undefined)
      .map(({ target }) => target)
  }

  #result(nodes: readonly string[], edges: readonly string[], view: View): FilteredView {
    const before = this.#latest
    const { change: _, ...whole } = view
    const matched = this.#nodes.size
    const now: FilteredView = {
      ...whole,
      nodes: this.#nodes.version(),
      edges: this.#edges.version(),
      stats: {
        ...view.stats,
        node_count: matched,
        nonpseudo_node_count: this.#nonPseudo,
        edge_count: this.#edges.size,
      },
      query: { text: this.#text, matched, hidden: view.nodes.size - matched },
      ...(before ? { change: { since: new WeakRef(before), nodes, edges } } : {}),
    }
    if (before !== undefined && nodes.length + edges.length === 0 && saySame(before, now)) return before
    this.#latest = now
    return now
  }
}

/** Whether two views of the same nodes and edges say the same besides. */
const saySame = (a: FilteredView, b: FilteredView): boolean =>
  a.members === b.members && equalValues(a.stats, b.stats) && equalValues(a.query, b.query)

/** The node with these targets. @param earlier returned when it is equal */
const withTargets = (
  node: NodeSummary,
  targets: () => readonly string[],
  earlier: NodeSummary | undefined,
): NodeSummary => {
  if (node.adjacency === undefined) return node
  const shown = targets()
  if (node.adjacency.length === shown.length) return node
  const { adjacency: _, ...rest } = node
  return keepIfEqual(earlier, shown.length > 0 ? { ...rest, adjacency: shown.toSorted() } : rest)
}
