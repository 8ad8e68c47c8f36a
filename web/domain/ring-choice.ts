import type { MetricRow, NodeSummary } from '../../src/api/types.ts'

/** A metric that rings can show. */
export type RingMetric = Pick<MetricRow, 'label' | 'priority'>

/** The value that stands for "no ring". */
export const noRing = ''

/**
 * The metrics that rings of a view can show, in the order that cards have them in. What was there once stays: a metric may be
 * missing from a report, and from one moment to the next nobody may have it.
 *
 * @param before what there was of the same view
 */
export function ringMetrics(
  nodes: Iterable<NodeSummary>,
  before: readonly RingMetric[] = [],
): readonly RingMetric[] {
  const known = new Map(before.map((metric) => [metric.label, metric]))
  for (const node of nodes) {
    for (const { label, priority } of node.metrics ?? []) {
      if (priority < (known.get(label)?.priority ?? Number.POSITIVE_INFINITY))
        known.set(label, { label, priority })
    }
  }
  return [...known.values()].sort((a, b) => a.priority - b.priority || a.label.localeCompare(b.label))
}

/** The metric that rings show: the one chosen where the view has it, else the first; undefined = none. */
export function chooseRing(metrics: readonly RingMetric[], choice: string | undefined): string | undefined {
  if (choice === noRing) return undefined
  return (metrics.find(({ label }) => label === choice) ?? metrics[0])?.label
}
