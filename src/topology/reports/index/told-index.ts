import type { Report } from '../../../report/schema.ts'
import { Memory } from './memory.ts'
import { NodeMetrics } from './node-metrics.ts'
import type { ReportIndex } from './report-index.ts'

/**
 * The index of a report without its metrics and connections. What is made from it holds for the next report of the same probe, too,
 * as long as that tells of the same nodes and addresses, and may be kept in {@link ReportIndex.told} with no report that was replaced.
 */
export const toldIndex = (index: ReportIndex): ReportIndex => index.told.of(makeToldIndex, index)

const makeToldIndex = (index: ReportIndex): ReportIndex => {
  const { verified, hostNode, nodes, byTopology, addresses, published, latest, told, lasting } = index
  const report: Report = { ...index.report, connections: [], metrics: [] }
  return {
    ...{ report, verified, hostNode, nodes, byTopology, addresses, published, latest, told, lasting },
    metrics: new NodeMetrics([]),
    derived: new Memory(),
  }
}
