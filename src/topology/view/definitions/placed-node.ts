import type { ReportNode } from '../../../report/schema.ts'
import { metricRowsOf } from '../../nodes/rows/metric-rows.ts'
import { summaryOf } from '../../nodes/summary.ts'
import type { ReportIndex } from '../../reports/report-index.ts'
import type { PlacedNode } from '../placing/placement.ts'

const placedNodes = (): WeakMap<ReportNode, PlacedNode> => new WeakMap()

/**
 * The node of a view that stands for a host, process or container. It stays the same object from one report to the next as long as
 * neither its summary nor its metrics change.
 */
export const placedNodeOf = (index: ReportIndex, node: ReportNode): PlacedNode => {
  const byNode = index.lasting.of(placedNodes, undefined)
  const known = byNode.get(node)
  const summary = summaryOf(index, node)
  const metrics = metricRowsOf(index, node)
  if (known?.summary === summary && known.metrics === metrics) return known
  const placed: PlacedNode = { summary, metrics }
  byNode.set(node, placed)
  return placed
}
