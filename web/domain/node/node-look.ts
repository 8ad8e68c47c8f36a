import type { MetricRow, NodeSummary } from '../../../src/api/types.ts'
import type { Settings } from '../../settings.ts'
import type { OutlineEdge } from '../graph/graph.ts'
import { unitHash } from '../hash.ts'

/** Number of group colours in the style sheet (`--c1` to `--c8`). */
export const groupColours = 8

/** Index of the group colour of what belongs to something, by its name. */
export function colourOfName(name: string): number {
  return Math.floor(unitHash(name) * groupColours)
}

/**
 * Index of a node's group colour: that of what it is a part of, else derived from its rank or label. Undefined for pseudo nodes, which are
 * grey.
 */
export function colourOf(node: NodeSummary): number | undefined {
  return node.pseudo ? undefined : colourOfName(node.partOf ?? (node.rank || node.label))
}

/** The load of each node, by id: over all its edges, 1 plus the open connections plus those opened per second. */
export function carried(edges: Iterable<OutlineEdge>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const edge of edges) {
    const load = 1 + edge.open + edge.openedPerSecond
    sums.set(edge.source, (sums.get(edge.source) ?? 0) + load)
    if (edge.target !== edge.source) sums.set(edge.target, (sums.get(edge.target) ?? 0) + load)
  }
  return sums
}

/**
 * Radius in map units of a node with a load (see {@link carried}). It grows with the logarithm of the load, in a few
 * steps, so that it does not change with every frame.
 */
export function radiusOf(load: number, look: Settings['node']): number {
  const steps = 5
  const step = Math.min(steps, Math.round(Math.log2(1 + load) / 1.6))
  return look.radiusMin + ((look.radiusMax - look.radiusMin) * step) / steps
}

/**
 * The share (0 to 1) of a node's ring that is filled: the metric's value divided by its limit or, where it has no
 * limit, by the largest value on the map. A load is shown by its logarithm, so that hosts can be compared whatever else is on the map: half
 * of the ring is 1, all of it 100. Undefined when the node does not have the metric.
 *
 * @param largest the result of {@link largestValue} for the same metric
 */
export function ringShare(node: NodeSummary, metricLabel: string, largest: number): number | undefined {
  const metric = metricOf(node, metricLabel)
  if (!metric) return undefined
  if (metric.group === 'load') return within(Math.log10(metric.value * 100) / 4)
  const full = metric.maxIsLimit ? metric.max : largest
  return full > 0 ? within(metric.value / full) : 0
}

function within(share: number): number {
  return Math.max(0, Math.min(1, share))
}

/** Whether a metric of a node has a limit, and at least this share of it is used. */
export function isNearLimit(node: NodeSummary, metricLabel: string, share: number): boolean {
  const metric = metricOf(node, metricLabel)
  return metric?.maxIsLimit === true && metric.max > 0 && metric.value >= share * metric.max
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
