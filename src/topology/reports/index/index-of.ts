import { byId } from '../../../report/delta/by-id.ts'
import { hostNodeId } from '../../../report/ids.ts'
import type { Report, ReportNode, Topology } from '../../../report/schema.ts'
import { keepIfEqual } from '../../equal.ts'
import type { HeldReport } from '../../held-report.ts'
import { publishedPorts } from '../published-ports.ts'
import { standIns } from '../stand-ins.ts'
import { FollowingIndex } from './following-index.ts'
import { Memory } from './memory.ts'
import { NodeMetrics } from './node-metrics.ts'
import type { ReportIndex } from './report-index.ts'

/** What an index has of nodes and addresses. */
type Tables = Pick<ReportIndex, 'nodes' | 'byTopology' | 'addresses' | 'published' | 'told'>

/**
 * Makes the index of a report.
 *
 * @param earlier the index of the same probe's report before, in whose place this one comes
 */
export const indexOf = (
  { report, verified }: Pick<HeldReport, 'report' | 'verified'>,
  earlier?: ReportIndex,
): ReportIndex => {
  const hostNode = hostNodeId(report.host.id)
  const latest = earlier?.latest ?? new FollowingIndex()
  const index: ReportIndex = {
    report,
    verified,
    hostNode,
    ...tablesOf(report, hostNode, earlier),
    metrics: new NodeMetrics(report.metrics, earlier?.metrics),
    latest,
    derived: new Memory(),
    lasting: earlier?.lasting ?? new Memory(),
  }
  latest.follow(index)
  return index
}

const tablesOf = (report: Report, hostNode: string, earlier: ReportIndex | undefined): Tables => {
  const added = standIns(report)
  if (earlier !== undefined && hasTablesOf(report, added, earlier)) {
    const { nodes, byTopology, addresses, published, told } = earlier
    return { nodes, byTopology, addresses, published, told }
  }
  const nodes = new Map<string, ReportNode>()
  const byTopology: Record<Topology, ReportNode[]> = {
    host: [],
    process: [],
    container: [],
    container_image: [],
  }
  for (const given of [...report.nodes, ...added]) {
    const node = keepIfEqual(earlier?.nodes.get(given.id), given)
    nodes.set(node.id, node)
    byTopology[node.topology].push(node)
  }
  return {
    nodes,
    byTopology,
    addresses: byId(report.addresses),
    published: publishedPorts(byTopology.container.filter((container) => isOfHost(container, hostNode))),
    told: new Memory(),
  }
}

/** Whether a report tells of the very nodes and addresses of an earlier one. */
const hasTablesOf = (report: Report, added: readonly ReportNode[], earlier: ReportIndex): boolean =>
  report.nodes === earlier.report.nodes &&
  report.addresses === earlier.report.addresses &&
  report.host.name === earlier.report.host.name &&
  report.nodes.length + added.length === earlier.nodes.size &&
  added.every(({ id }) => earlier.nodes.has(id))

const isOfHost = ({ parents }: ReportNode, hostNode: string): boolean =>
  parents.host === undefined || parents.host.includes(hostNode)
