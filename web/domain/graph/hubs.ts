import type { Graph } from './graph.ts'
import { partOf, type Traced } from './near.ts'

/** What makes a node a hub. */
export interface HubRules {
  /** A node that talks to at least this share of the others is a hub, where there are at least `hubFrom` nodes. */
  readonly hubShare: number
  readonly hubFrom: number
}

/**
 * Nodes that talk to so many others that their edges tell nothing of who serves whom, such as a monitor that asks everybody. Where many
 * nodes talk to most others, none of them is an exception, and there are none.
 *
 * @param size number of nodes
 * @param edges client and server by index
 */
export function hubsAmong(
  size: number,
  edges: Iterable<readonly [number, number]>,
  { hubShare, hubFrom }: HubRules,
): ReadonlySet<number> {
  if (size < hubFrom) return new Set()
  const beside: Set<number>[] = Array.from({ length: size }, () => new Set())
  for (const [from, to] of edges) {
    if (from === to) continue
    beside[from]?.add(to)
    beside[to]?.add(from)
  }
  const hubs = beside.flatMap((others, node) => (others.size >= hubShare * (size - 1) ? [node] : []))
  return new Set(hubs.length > size / 10 + 1 ? [] : hubs)
}

/** Hubs stay hidden until they talk to this much less than what makes a node a hub, so that they do not come and go. */
const keptShare = 0.8

/**
 * The hubs of a map by id, among its nodes that talk to somebody.
 *
 * @param known hubs of the same map a moment ago
 */
export function hubsOf(
  graph: Graph,
  rules: HubRules,
  known: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const ends = [...graph.edges.values()].filter(({ source, target }) => source !== target)
  const ids = [...new Set(ends.flatMap(({ source, target }) => [source, target]))]
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const edges = ends.map(
    ({ source, target }) => [indexOf.get(source) ?? 0, indexOf.get(target) ?? 0] as const,
  )
  const named = (share: number) =>
    [...hubsAmong(ids.length, edges, { ...rules, hubShare: share })].flatMap((index) => ids[index] ?? [])
  const hubs = named(rules.hubShare)
  if (known.size === 0) return new Set(hubs)
  const still = named(rules.hubShare * keptShare).filter((id) => known.has(id))
  return new Set([...hubs, ...still])
}

/** A view without some of its nodes, also of those that are gone. */
export function withoutNodes<C extends Traced>(content: C, ids: ReadonlySet<string>): C {
  if (ids.size === 0) return content
  const isLeft = (id: string) => !ids.has(id)
  return partOf(content, new Set([...content.graph.nodes.keys()].filter(isLeft)), isLeft)
}

/** `3 hubs hidden` */
export function hiddenHubsWords(count: number): string {
  if (count === 0) return 'no hub to hide'
  return count === 1 ? '1 hub hidden' : `${count} hubs hidden`
}
