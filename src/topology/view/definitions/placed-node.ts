import type { NodeSummary } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { metricRowsOf } from '../../nodes/rows/metric-rows.ts'
import { summaryOf } from '../../nodes/summary.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { PlacedNode } from '../placing/placement.ts'

const placedNodes = (): WeakMap<ReportNode, PlacedNode> => new WeakMap()

/**
 * The node of a view that stands for a host, process or container. It stays the same object from one report to the next as long as
 * neither its summary nor its metrics change.
 */
export const placedNodeOf = (index: ReportIndex, node: ReportNode): PlacedNode =>
  placedAs(index, node, summaryOf(index, node))

/** A node as {@link placedNodeOf} made it for an earlier report that tells of the same nodes, with the metrics of this one. */
export const measuredNode = (index: ReportIndex, placed: PlacedNode): PlacedNode =>
  placed.of === undefined ? placed : placedAs(index, placed.of, placed.summary)

const placedAs = (index: ReportIndex, node: ReportNode, summary: NodeSummary): PlacedNode => {
  const byNode = index.lasting.of(placedNodes, undefined)
  const known = byNode.get(node)
  const metrics = metricRowsOf(index, node)
  if (known?.summary === summary && known.metrics === metrics) return known
  const placed: PlacedNode = { summary, metrics, of: node }
  byNode.set(node, placed)
  return placed
}
