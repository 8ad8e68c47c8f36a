import type { MetricRow } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { metricRowsOf } from '../../nodes/rows/metric-rows.ts'
import { summaryOf } from '../../nodes/summary.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { PlacedNode } from '../placing/placement.ts'

const placedNodes = (): WeakMap<ReportNode, PlacedNode> => new WeakMap()

/**
 * The node of a view that stands for a host, process or container. It stays the same object from one report to the next as long as
 * its summary does not change, whatever is measured of it.
 */
export const placedNodeOf = (index: ReportIndex, node: ReportNode): PlacedNode => {
  const byNode = index.lasting.of(placedNodes, undefined)
  const summary = summaryOf(index, node)
  const known = byNode.get(node)
  if (known?.summary === summary) return known
  const placed: PlacedNode = { summary, of: { node, index: index.latest } }
  byNode.set(node, placed)
  return placed
}

/** The metrics of a node of a view, as the latest reports tell. The same array as long as no number changes. */
export const metricsOf = ({ metrics, of }: PlacedNode): readonly MetricRow[] | undefined =>
  of === undefined ? metrics : metricRowsOf(of.index, of.node)
