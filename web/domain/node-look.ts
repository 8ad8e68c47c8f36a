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

/** What a node's ring shows: its metric as a share of what counts as full. */
export function ringShare(node: NodeSummary, metricLabel: string): number | undefined {
  const metric = node.metrics?.find((one) => one.label === metricLabel)
  return metric && share(metric)
}

/** A metric's value as a share (0 to 1) of its largest. */
export function share(metric: MetricRow): number {
  return metric.max > 0 ? Math.max(0, Math.min(1, metric.value / metric.max)) : 0
}

/** The labels of metrics that a ring can show, most common first. */
export function ringChoices(nodes: Iterable<NodeSummary>): readonly string[] {
  const counts = new Map<string, number>()
  for (const node of nodes) {
    for (const metric of node.metrics ?? []) {
      if (metric.max > 0) counts.set(metric.label, (counts.get(metric.label) ?? 0) + 1)
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([label]) => label)
}
