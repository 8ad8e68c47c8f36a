import type { View } from '../../view/view.ts'
import type { UndatedEdge } from '../../view/view-edge.ts'
import type { Matcher } from '../match/parts.ts'
import { type ConnectedView, queryGraph, touchedBy } from './touched.ts'

type Members = ReadonlyMap<string, readonly string[]>

/** Two nodes of a grouped view, and how many selected edges there are between their members. */
interface Pair {
  readonly source: string
  readonly target: string
  count: number
}

/** What is selected in a grouped view otherwise than before, because of members. */
interface MembersChange {
  /** Ids of closed groups. */
  readonly groups: ReadonlySet<string>
  readonly pairs: ReadonlySet<Pair>
}

const NO_MEMBERS: Members = new Map()

const NOTHING: ConnectedView = {
  view: {
    nodes: new Map(),
    edges: new Map(),
    stats: { node_count: 0, nonpseudo_node_count: 0, edge_count: 0, filtered_nodes: 0 },
  },
  edgesOf: () => [],
}

/**
 * The closed groups of a view of which a query selects a member, and the pairs of nodes with a selected edge between their
 * members. The members are looked up in the same view without groups; only what changed there is tested again.
 */
export class SelectedMembers {
  readonly #matcher: Matcher
  #grouped: View | undefined
  #ungrouped: View | undefined
  /** By member. A node that stands for several processes or containers can have parts in several groups. */
  readonly #groupsOf = new Map<string, Set<string>>()
  /** Ids of selected nodes without groups. */
  readonly #nodes = new Set<string>()
  readonly #groups = new Set<string>()
  /** The pair to which a selected edge without groups belongs, by its id. */
  readonly #pairOf = new Map<string, Pair>()
  /** Those with a selected edge, by {@link pairKey}. */
  readonly #pairs = new Map<string, Pair>()

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  /** Whether a member of this closed group is selected. */
  has(group: string): boolean {
    return this.#groups.has(group)
  }

  /** Whether an edge is selected between members of two nodes, or one of them itself. */
  hasBetween({ source, target }: UndatedEdge): boolean {
    return this.#pairs.has(pairKey(source, target))
  }

  /**
   * Takes over what changed.
   *
   * @param changed the ids of nodes of the grouped view that may have come or gone
   * @param ungrouped the same view without groups; undefined when no group is closed
   */
  update(grouped: View, changed: Iterable<string>, ungrouped = NOTHING): MembersChange {
    const { view, edgesOf } = ungrouped
    const groups = new Set<string>()
    const moved = this.#regroup(grouped.members ?? NO_MEMBERS, groups)
    for (const id of changed) if (this.#grouped?.nodes.has(id) !== grouped.nodes.has(id)) moved.add(id)
    this.#grouped = grouped
    const touched = touchedBy(this.#matcher.reach, this.#ungrouped, ungrouped)
    this.#ungrouped = view
    const selected = this.#matcher.select(queryGraph(ungrouped))

    for (const id of touched.nodes) {
      const node = view.nodes.get(id)
      if (!setHas(this.#nodes, id, node !== undefined && selected.node(node))) continue
      for (const group of this.#groupsOf.get(id) ?? []) groups.add(group)
    }
    for (const group of groups) {
      const members = grouped.members?.get(group) ?? []
      const isSelected = members.some((id) => this.#nodes.has(id))
      if (!setHas(this.#groups, group, isSelected)) groups.delete(group)
    }

    const pairs = new Set<Pair>()
    for (const id of moved) for (const edge of edgesOf(id)) touched.edges.add(edge.id)
    for (const id of touched.edges) {
      const edge = view.edges.get(id)
      const before = this.#pairOf.get(id)
      const now = edge && selected.edge(edge) ? this.#pair(edge) : undefined
      if (now === before) continue
      if (before) this.#leave(before, pairs)
      if (now) this.#join(now, pairs)
      if (now) this.#pairOf.set(id, now)
      else this.#pairOf.delete(id)
    }
    return { groups, pairs }
  }

  /**
   * Takes over who is a member of which group.
   *
   * @param groups is given the groups with other members than before
   * @returns the nodes that are in other groups than before, and perhaps others
   */
  #regroup(now: Members, groups: Set<string>): Set<string> {
    const before = this.#grouped?.members ?? NO_MEMBERS
    const moved = new Set<string>()
    if (now === before) return moved
    for (const group of new Set([...before.keys(), ...now.keys()])) {
      const [were, are] = [before.get(group) ?? [], now.get(group) ?? []]
      if (were === are) continue
      groups.add(group)
      for (const id of were) {
        moved.add(id)
        if (this.#groupsOf.get(id)?.delete(group) && this.#groupsOf.get(id)?.size === 0)
          this.#groupsOf.delete(id)
      }
      for (const id of are) {
        moved.add(id)
        const others = this.#groupsOf.get(id)
        if (others) others.add(group)
        else this.#groupsOf.set(id, new Set([group]))
      }
    }
    return moved
  }

  /**
   * The pair of nodes between which an edge is in the grouped view. If an end is in several places, it is unknown which of
   * them the connection belongs to: undefined. Then only the edges of the grouped view can select it.
   */
  #pair({ source, target }: UndatedEdge): Pair | undefined {
    const [from, to] = [this.#placeOf(source), this.#placeOf(target)]
    if (from === undefined || to === undefined) return undefined
    return this.#pairs.get(pairKey(from, to)) ?? { source: from, target: to, count: 0 }
  }

  #placeOf(id: string): string | undefined {
    const groups = this.#groupsOf.get(id)
    const isItself = this.#grouped?.nodes.has(id) === true
    if (groups === undefined) return isItself ? id : undefined
    const [only] = groups
    return groups.size === 1 && !isItself ? only : undefined
  }

  #join(pair: Pair, changed: Set<Pair>): void {
    pair.count++
    if (pair.count > 1) return
    this.#pairs.set(pairKey(pair.source, pair.target), pair)
    changed.add(pair)
  }

  #leave(pair: Pair, changed: Set<Pair>): void {
    pair.count--
    if (pair.count > 0) return
    this.#pairs.delete(pairKey(pair.source, pair.target))
    changed.add(pair)
  }
}

const pairKey = (source: string, target: string): string => `${source}\n${target}`

/** Has a set contain a value or not. @returns whether it is otherwise than before */
const setHas = (set: Set<string>, value: string, has: boolean): boolean => {
  if (set.has(value) === has) return false
  if (has) set.add(value)
  else set.delete(value)
  return true
}
