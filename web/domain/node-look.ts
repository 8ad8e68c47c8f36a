import type { Edge, MetricRow, NodeSummary } from '../../src/api/types.ts'
import type { Settings } from '../settings.ts'
import { unitHash } from './hash.ts'

/** How many group colours the tokens have. */
export const groupColours = 8

/** Index of a node's group colour; undefined for what nobody watches, which stays grey. */
export function colourOf(node: NodeSummary): number | undefined {
  return node.pseudo ? undefined : Math.floor(unitHash(node.rank || node.label) * groupColours)
}

/** How much each node carries: its open connections and those opened each second, in both directions. */
export function carried(edges: Iterable<Edge>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const edge of edges) {
    const load = 1 + edge.open + edge.openedPerSecond
    sums.set(edge.source, (sums.get(edge.source) ?? 0) + load)
    if (edge.target !== edge.source) sums.set(edge.target, (sums.get(edge.target) ?? 0) + load)
  }
  return sums
}

/** Radius by what a node carries: logarithmic, in a few steps, so that it does not tremble with every frame. */
export function radiusOf(load: number, look: Settings['node']): number {
  const steps = 5
  const step = Math.min(steps, Math.round(Math.log2(1 + load) / 1.6))
  return look.radiusMin + ((look.radiusMax - look.radiusMin) * step) / steps
}

/**
 * What a node's ring shows: its metric as a share (0 to 1) of what counts as full. Where no limit says what that is, the largest
 * value on the map counts as full: among nodes whose rings are all full, nothing could be told.
 *
 * @param largest as {@link largestValue} has it
 */
export function ringShare(node: NodeSummary, metricLabel: string, largest: number): number | undefined {
  const metric = metricOf(node, metricLabel)
  if (!metric) return undefined
  const full = metric.maxIsLimit ? metric.max : largest
  return full > 0 ? Math.max(0, Math.min(1, metric.value / full)) : 0
}

/** The largest value of a metric among nodes. */
export function largestValue(nodes: Iterable<NodeSummary>, metricLabel: string): number {
  let largest = 0
  for (const node of nodes) largest = Math.max(largest, metricOf(node, metricLabel)?.value ?? 0)
  return largest
}

function metricOf(node: NodeSummary, label: string): MetricRow | undefined {
  return node.metrics?.find((one) => one.label === label)
}
