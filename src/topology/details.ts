import type { HeldReport } from './held-report.ts'
import { childGroups } from './node-details/child-groups.ts'
import { connectionTables } from './node-details/connection-tables.ts'
import { type DatedSample, withSamples } from './nodes/metric-rows.ts'
import { defaultContext, type RenderContext, type Rendering, renderWithParts } from './render.ts'
import type { NodeDetails, NodeSummary } from './types.ts'
import { showEverything, type ViewOptions } from './view/options.ts'

/**
 * All there is to tell of one node of a view, also of a node that the options hide. Its connections include those to
 * nodes that the options hide: what the map leaves out for a better view, the details still tell.
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
  const everything = renderWithParts(viewId, showEverything, held, context)
  const chosen = renderWithParts(viewId, options, held, context)
  const rendering = chosen.view.nodes.has(nodeId) ? chosen : everything
  const summary = rendering.view.nodes.get(nodeId)
  if (summary === undefined) return undefined
  return {
    ...summary,
    ...(summary.metrics ? { metrics: metricsWithSamples(rendering, summary, samples) } : {}),
    controls: [],
    children: childGroups(rendering, nodeId),
    // More is folded where more is shown, so a folded node may be in only one of the two.
    connections: connectionTables(everything.view.nodes.has(nodeId) ? everything : chosen, summary),
  }
}

const metricsWithSamples = (
  { fragments }: Rendering,
  { id, metrics = [] }: NodeSummary,
  samples: (nodeId: string, metricId: string) => readonly DatedSample[],
) => {
  const measured = fragments.flatMap(({ index }) => index.metrics.get(id) ?? [])
  return withSamples(
    metrics,
    (metricId) => samples(id, metricId),
    (metricId) => measured.find((metric) => metric.id === metricId)?.max,
  )
}
