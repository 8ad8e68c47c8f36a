import { hostNodeId } from '../../../report/ids.ts'
import type { Address, Metric, Report, ReportNode, Topology } from '../../../report/schema.ts'
import { keepIfEqual } from '../../equal.ts'
import type { HeldReport } from '../../held-report.ts'
import { compareReports } from '../held-order.ts'
import { type PublishedPort, publishedPorts } from '../published-ports.ts'
import { standIns } from '../stand-ins.ts'
import { LatestIndex } from './latest-index.ts'
import { Memory } from './memory.ts'

/** Lookup tables of one report. */
export interface ReportIndex {
  readonly report: Report
  /** Whether the probe proved that it has the app's key. */
  readonly verified: boolean
  /** Node id of the report's host. */
  readonly hostNode: string
  /**
   * All nodes of the report, and its stand-ins ({@link standIns}), by id. A node that equals the one in the probe's
   * report before is that same object, so that what was made from a node survives a new report.
   */
  readonly nodes: ReadonlyMap<string, ReportNode>
  readonly byTopology: Readonly<Record<Topology, readonly ReportNode[]>>
  readonly metrics: ReadonlyMap<string, readonly Metric[]>
  readonly addresses: ReadonlyMap<string, Address>
  readonly published: ReadonlyMap<number, readonly PublishedPort[]>
  /** That of the latest report of the same probe: by it, others refer to the nodes of this report. */
  readonly latest: LatestIndex
  /** What was derived from its nodes and addresses alone; the next report has the same memory when it tells of the same. */
  readonly told: Memory
  /** What was derived from this report. */
  readonly derived: Memory
  /** What was derived from parts of it, such as nodes, that may be in the next report of the same probe as well. */
  readonly lasting: Memory
}

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
  const latest = earlier?.latest ?? new LatestIndex()
  const index: ReportIndex = {
    report,
    verified,
    hostNode,
    ...tablesOf(report, hostNode, earlier),
    metrics: Map.groupBy(report.metrics, (metric) => metric.node),
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
    addresses: new Map(report.addresses.map((address) => [address.id, address])),
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

/**
 * The parents of a node in a topology, as far as the report has them. A node without host parents belongs to the
 * report's host; an empty list of host parents means that it belongs to none (a container of a remote Docker daemon).
 */
export const parentsOf = (index: ReportIndex, node: ReportNode, topology: Topology): ReportNode[] => {
  const ids = node.parents[topology] ?? (topology === 'host' ? [index.hostNode] : [])
  return ids.flatMap((id) => index.nodes.get(id) ?? [])
}

/**
 * The first of {@link parentsOf}, nearly always the only one. It makes no array, because views call it several times
 * per node.
 */
export const parentOf = (
  index: ReportIndex,
  node: ReportNode,
  topology: Topology,
): ReportNode | undefined => {
  const ids = node.parents[topology]
  if (ids === undefined) return topology === 'host' ? index.nodes.get(index.hostNode) : undefined
  for (const id of ids) {
    const parent = index.nodes.get(id)
    if (parent) return parent
  }
  return undefined
}

/** The container a process runs in; undefined when in none, or in one that is gone. */
export const containerOf = (index: ReportIndex, process: ReportNode): ReportNode | undefined =>
  parentOf(index, process, 'container')

/** The image a container was made of. */
export const imageOf = (index: ReportIndex, container: ReportNode): ReportNode | undefined =>
  parentOf(index, container, 'container_image')

/** The order of reports by their indexes ({@link compareReports}). */
export const compareIndexes = (a: ReportIndex, b: ReportIndex): number => (a === b ? 0 : compareReports(a, b))
