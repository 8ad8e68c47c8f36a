import { activity, isQuiet } from '../edge/edge-look.ts'
import type { MapEdge } from '../graph/graph.ts'
import type { DenseRules } from './density.ts'

/**
 * How heavy an edge is: its connections or kilobytes a second, whichever is more, on average since it was first seen or, when it has
 * suddenly become far busier, a share of what they are now. An edge at rest weighs nothing. The average is what two people who open a
 * view see alike, and what does not change from frame to frame.
 *
 * @param nowMs the time, on the app's clock
 */
export function weightOf(edge: MapEdge, nowMs: number, { ageMsLeast, nowShare }: DenseRules): number {
  if (isQuiet(edge) || edge.stale) return 0
  const seconds = Math.max(ageMsLeast, nowMs - Date.parse(edge.firstSeen)) / 1000
  const total = Math.max(edge.opened + edge.failed, (edge.bytesSent + edge.bytesReceived) / 1000)
  return Math.max(total / seconds, activity(edge) * nowShare)
}

/**
 * The ids of the heaviest edges. One of those before stays until another is clearly heavier (`gain`), so that edges do not come and
 * go with each frame. Which ones are chosen at first depends on the edges alone, not on their order.
 *
 * @param before what this returned last
 * @returns `before` itself when nothing changes
 */
export function heaviest(
  before: ReadonlySet<string>,
  edges: Iterable<MapEdge>,
  rules: DenseRules,
): ReadonlySet<string> {
  const weighed = weigh(edges, rules).filter(({ edge }) => edge.source !== edge.target)
  const held = weighed.filter(({ edge }) => before.has(edge.id)).sort(byWeight)
  const free = rules.most - held.length
  const lightest = free > 0 ? undefined : held.at(-1)
  const others = weighed
    .filter(
      ({ edge, weight }) => !before.has(edge.id) && (!lightest || weight > rules.gain * lightest.weight),
    )
    .sort(byWeight)
  const kept = held.slice(0, rules.most)
  const next = [...kept, ...others.splice(0, Math.max(0, free))]
  for (const other of others) {
    const given = kept.pop()
    if (!given || other.weight <= rules.gain * given.weight) break
    next[next.indexOf(given)] = other
  }
  const ids = new Set(next.map(({ edge }) => edge.id))
  return ids.size === before.size && [...ids].every((id) => before.has(id)) ? before : ids
}

interface Weighed {
  readonly edge: MapEdge
  readonly weight: number
}

/** Edges with their weights, in their order. */
function weigh(edges: Iterable<MapEdge>, rules: DenseRules): readonly Weighed[] {
  const all = [...edges]
  const nowMs = latest(all)
  return all.map((edge) => ({ edge, weight: weightOf(edge, nowMs, rules) }))
}

/** Edges, the heaviest first. */
export function byWeightFirst(edges: Iterable<MapEdge>, rules: DenseRules): readonly MapEdge[] {
  return [...weigh(edges, rules)].sort(byWeight).map(({ edge }) => edge)
}

/** The heaviest first; of those that weigh the same, that with more open connections. */
function byWeight(a: Weighed, b: Weighed): number {
  return b.weight - a.weight || b.edge.open - a.edge.open || (a.edge.id < b.edge.id ? -1 : 1)
}

/** When something happened last on any of the edges: the app's clock, as far as the edges tell it. */
function latest(edges: readonly MapEdge[]): number {
  let newest = ''
  for (const { lastSeen } of edges) if (lastSeen > newest) newest = lastSeen
  return Date.parse(newest)
}
