import type { MetricRow, NodeDetails } from '../api/types.ts'
import type { GroupRef } from './grouping/folds/fold.ts'
import { foldMetricsWithSamples } from './grouping/folds/fold-samples.ts'
import { ungrouped } from './grouping/grouping-options.ts'
import type { HeldReport } from './held-report.ts'
import { childGroups } from './node-details/child-groups.ts'
import { connectionTables } from './node-details/connection-tables.ts'
import { flowsOfNode } from './node-details/flows-of-node.ts'
import { listeningOf } from './node-details/listening.ts'
import { parentProcess } from './node-details/parent-process.ts'
import { placedNode } from './node-details/placed-node.ts'
import { type DatedSample, withSamples as rowsWithSamples } from './nodes/rows/metric-rows.ts'
import { defaultContext, partsOf, type RenderContext, type ViewParts } from './render.ts'
import { showEverything, type ViewOptions } from './view/options/options.ts'
import type { PlacedNode } from './view/placement.ts'

/**
 * All there is to tell of one node of a view, also of a node that the options hide or that is in a closed group. Its
 * connections include those to nodes that the options hide: what the map leaves out for a better view, the details still
 * tell.
 *
 * The view is not put together for it: beyond what all nodes of a view share, made once for a set of reports, it costs
 * what the node has of connections and children.
 *
 * @param samples the samples held of a metric of a node, oldest first
 * @returns undefined when the view has no such node, whatever its options
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const nodeDetails = (
  viewId: string,
  nodeId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
  context: RenderContext = defaultContext,
): NodeDetails | undefined => {
  const chosen = partsOf(viewId, options, held, context)
  const everything = partsOf(viewId, { ...options, ...showEverything }, held, context)
  const found =
    nodeIn(chosen, nodeId) ??
    nodeIn(everything, nodeId) ??
    nodeIn(partsOf(viewId, { ...options, ...showEverything, ...ungrouped }, held, context), nodeId)
  if (found === undefined) return undefined
  const { parts, placed } = found
  const { metrics } = placed
  const group = parts === chosen || parts === everything ? undefined : closedGroupOf(everything, nodeId)
  const summary = group ? { ...placed.summary, group } : placed.summary
  const several = placed.fold ?? placed.group
  const withSamples = several
    ? (rows: readonly MetricRow[]) => foldMetricsWithSamples(rows, several, samples)
    : (rows: readonly MetricRow[]) => metricsWithSamples(parts, nodeId, rows, samples)
  const adjacency = targetsOf(parts, nodeId)
  // More is folded where more is shown, so a folded node may be in only one of the two.
  const telling = nodeIn(everything, nodeId)?.parts ?? parts
  const listening = listeningOf(telling, nodeId, held)
  const parents = [...(summary.parents ?? []), ...parentProcess(parts, nodeId)]
  return {
    ...summary,
    ...(parents.length > 0 ? { parents } : {}),
    ...(metrics ? { metrics: withSamples(metrics) } : {}),
    ...(adjacency.length > 0 ? { adjacency } : {}),
    controls: [],
    children: childGroups(parts, nodeId),
    connections: connectionTables(telling, summary),
    ...(listening ? { listening } : {}),
  }
}

/** The closed group that a node is in which is not there by itself. */
const closedGroupOf = ({ fragments }: ViewParts, nodeId: string): GroupRef | undefined => {
  for (const { placement } of fragments)
    for (const { fold } of placement.nodes.values()) if (fold?.members.has(nodeId)) return fold.group
  return undefined
}

interface FoundNode {
  readonly parts: ViewParts
  readonly placed: PlacedNode
}

const nodeIn = (parts: ViewParts, nodeId: string): FoundNode | undefined => {
  const placed = placedNode(parts, nodeId)
  return placed && { parts, placed }
}

const targetsOf = (parts: ViewParts, nodeId: string): string[] =>
  [...new Set(flowsOfNode(parts, nodeId, 'source').map(({ target }) => target))].sort()

const metricsWithSamples = (
  { fragments }: ViewParts,
  nodeId: string,
  metrics: readonly MetricRow[],
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
): MetricRow[] => {
  const measured = fragments.flatMap(({ index }) => index.metrics.get(nodeId) ?? [])
  return rowsWithSamples(
    metrics,
    (metricId) => samples(nodeId, metricId),
    (metricId) => measured.find((metric) => metric.id === metricId)?.max,
  )
}
