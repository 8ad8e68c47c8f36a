import type { Address, Report, ReportNode, Topology } from '../../../report/schema.ts'
import { compareReports } from '../held-order.ts'
import type { PublishedPort } from '../published-ports.ts'
import type { Memory } from './memory.ts'
import type { NodeMetrics } from './node-metrics.ts'

/** The index of the latest report of one probe about a host, whichever that is. */
export interface LatestIndex extends ReportIndex {
  /** Takes the index of a report for that of the one before. */
  follow(index: ReportIndex): void
}

/** Lookup tables of one report. */
export interface ReportIndex {
  readonly report: Report
  /** Whether the probe proved that it has the app's key. */
  readonly verified: boolean
  /** Node id of the report's host. */
  readonly hostNode: string
  /**
   * All nodes of the report, and its stand-ins (`standIns`), by id. A node that equals the one in the probe's
   * report before is that same object, so that what was made from a node survives a new report.
   */
  readonly nodes: ReadonlyMap<string, ReportNode>
  readonly byTopology: Readonly<Record<Topology, readonly ReportNode[]>>
  readonly metrics: NodeMetrics
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
