import type { MetricRow } from '../../../src/api/types.ts'
import type { Graph } from '../graph/graph.ts'
import { edgeRings } from './ring-values.ts'

/** A metric that rings can show. */
export type RingMetric = Pick<MetricRow, 'label' | 'priority'>

/** The value that stands for "no ring". */
export const noRing = ''

/** Behind all metrics of nodes. */
const BY_EDGES = 1000

/**
 * The metrics that rings of a view can show, in the order of cards, then those that come of its edges. A metric that was known before stays in the list
 * even when no node has it at the moment, so that the choice does not flicker when a report lacks it.
 *
 * @param before the previous result for the same view
 */
export function ringMetrics(
  { nodes, edges }: Graph,
  before: readonly RingMetric[] = [],
): readonly RingMetric[] {
  const known = new Map(before.map((metric) => [metric.label, metric]))
  for (const node of nodes.values()) {
    for (const { label, priority } of node.metrics ?? []) {
      if (priority < (known.get(label)?.priority ?? Number.POSITIVE_INFINITY))
        known.set(label, { label, priority })
    }
  }
  if (edges.size > 0)
    for (const [i, label] of edgeRings.entries()) known.set(label, { label, priority: BY_EDGES + i })
  return [...known.values()].sort((a, b) => a.priority - b.priority || a.label.localeCompare(b.label))
}

/** Label of the metric that rings show: the chosen one if the view has it, else the first. Undefined = no rings. */
export function chooseRing(metrics: readonly RingMetric[], choice: string | undefined): string | undefined {
  if (choice === noRing) return undefined
  return (metrics.find(({ label }) => label === choice) ?? metrics[0])?.label
}

/** Label of the metric after the one that rings show, or before it; after the last one comes {@link noRing}. */
export function nextRing(metrics: readonly RingMetric[], shown: string | undefined, by: 1 | -1): string {
  const labels = [...metrics.map(({ label }) => label), noRing]
  const at = labels.indexOf(shown ?? noRing)
  return labels.at((at + by) % labels.length) ?? noRing
}
