import type { MetricRow, NodeDetails } from '../api/types.ts'
import type { GroupRef } from './grouping/folds/fold.ts'
import { foldMetricsWithSamples } from './grouping/folds/fold-samples.ts'
import { ungrouped } from './grouping/grouping-options.ts'
import type { HeldReport } from './held-report.ts'
import { childGroups } from './node-details/child-groups.ts'
import { connectionTables } from './node-details/connection-tables.ts'
import { listeningOf } from './node-details/listening.ts'
import { parentProcess } from './node-details/parent-process.ts'
import { placedNode } from './node-details/placed-node.ts'
import { withGraphs } from './nodes/rows/metric-graph.ts'
import { type DatedSample, withSamples as rowsWithSamples } from './nodes/rows/metric-rows.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import { metricsOf } from './view/definitions/placed-node.ts'
import { showEverything, type ViewOptions } from './view/options/options.ts'
import type { PlacedNode } from './view/placing/placement.ts'
import type { ViewParts } from './view/view-parts.ts'

/**
 * All details of one node of a view but its controls, which depend on who asks. It also finds nodes that the options hide or that are in a closed group, and
 * includes connections to hidden nodes.
 *
 * The view is not assembled for this. Apart from the parts that are cached for the whole view, the cost depends on
 * how many connections and children the node has.
 *
 * @param samples returns the samples that are held of a node's metric, oldest first
 * @returns undefined when the view has no such node with any options
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const nodeDetails = (
  viewId: string,
  nodeId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
  pipeline: Pipeline = new Pipeline(),
): Omit<NodeDetails, 'controls'> | undefined => {
  const chosen = pipeline.parts(viewId, options, held)
  const everything = pipeline.parts(viewId, { ...options, ...showEverything }, held)
  const found =
    nodeIn(chosen, nodeId) ??
    nodeIn(everything, nodeId) ??
    nodeIn(pipeline.parts(viewId, { ...options, ...showEverything, ...ungrouped }, held), nodeId)
  if (found === undefined) return undefined
  const { parts, placed } = found
  const metrics = metricsOf(placed)
  const group = parts === chosen || parts === everything ? undefined : closedGroupOf(everything, nodeId)
  const summary = group ? { ...placed.summary, group } : placed.summary
  const several = placed.fold ?? placed.group
  const withSamples = several
    ? (rows: readonly MetricRow[]) => foldMetricsWithSamples(rows, several, samples)
    : (rows: readonly MetricRow[]) => metricsWithSamples(parts, nodeId, rows, samples)
  const { metricsGraph } = pipeline.context
  const graphed = (rows: MetricRow[]) =>
    metricsGraph === undefined ? rows : metricsWithGraphs(parts, nodeId, rows, metricsGraph)
  const adjacency = targetsOf(parts, nodeId)
  // Which addresses are folded into a network's node depends on what is shown, so such a node may exist in only one
  // of the two.
  const telling = nodeIn(everything, nodeId)?.parts ?? parts
  const listening = listeningOf(telling, nodeId)
  const parents = [...(summary.parents ?? []), ...parentProcess(parts, nodeId)]
  return {
    ...summary,
    ...(parents.length > 0 ? { parents } : {}),
    ...(metrics ? { metrics: several ? withSamples(metrics) : graphed(withSamples(metrics)) } : {}),
    ...(adjacency.length > 0 ? { adjacency } : {}),
    children: childGroups(parts, nodeId),
    connections: connectionTables(telling, summary),
    ...(listening ? { listening } : {}),
  }
}

/** The closed group that contains a node. */
const closedGroupOf = (parts: ViewParts, nodeId: string): GroupRef | undefined => {
  const around = parts.foldAround(nodeId)
  if (around !== undefined) return parts.outside.get(around)?.group
  for (const { placement } of parts.fragments)
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
  [...new Set(parts.flowsOf(nodeId, 'source').map(({ target }) => target))].sort()

const metricsWithGraphs = (
  { fragments }: ViewParts,
  nodeId: string,
  rows: MetricRow[],
  template: string,
): MetricRow[] => {
  for (const { index } of fragments) {
    const node = index.nodes.get(nodeId)
    if (node !== undefined) return withGraphs(template, rows, index, node)
  }
  return rows
}

const metricsWithSamples = (
  { fragments }: ViewParts,
  nodeId: string,
  metrics: readonly MetricRow[],
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
): MetricRow[] => {
  const measured = fragments.flatMap(({ index }) => index.metrics.of(nodeId))
  return rowsWithSamples(
    metrics,
    (metricId) => samples(nodeId, metricId),
    (metricId) => measured.find((metric) => metric.id === metricId)?.max,
  )
}
