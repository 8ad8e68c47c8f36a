import { hostNodeId } from '../../report/ids.ts'
import type { Address, Metric, Report, ReportNode, Topology } from '../../report/schema.ts'
import { keepIfEqual } from '../equal.ts'
import type { HeldReport } from '../held-report.ts'
import { type PublishedPort, publishedPorts } from './published-ports.ts'
import { standIns } from './stand-ins.ts'

/** One report, looked up by id. */
export interface ReportIndex {
  readonly report: Report
  /** Node id of the report's host. */
  readonly hostNode: string
  /**
   * All nodes and stand-ins. A node that is as it was in an earlier report is the same object as then, so that what is
   * made of it can be remembered by it.
   */
  readonly nodes: ReadonlyMap<string, ReportNode>
  readonly byTopology: Readonly<Record<Topology, readonly ReportNode[]>>
  readonly metrics: ReadonlyMap<string, readonly Metric[]>
  readonly addresses: ReadonlyMap<string, Address>
  readonly published: ReadonlyMap<number, readonly PublishedPort[]>
}

const indexes = new WeakMap<Report, ReportIndex>()

/** The index of a report, made once. */
export const indexOf = ({ report, rateBase }: HeldReport): ReportIndex => {
  const known = indexes.get(report)
  if (known) return known
  const made = makeIndex(report, rateBase && indexes.get(rateBase))
  indexes.set(report, made)
  return made
}

const makeIndex = (report: Report, earlier: ReportIndex | undefined): ReportIndex => {
  const nodes = new Map<string, ReportNode>()
  const byTopology: Record<Topology, ReportNode[]> = {
    host: [],
    process: [],
    container: [],
    container_image: [],
  }
  for (const given of [...report.nodes, ...standIns(report)]) {
    const node = keepIfEqual(earlier?.nodes.get(given.id), given)
    nodes.set(node.id, node)
    byTopology[node.topology].push(node)
  }
  const hostNode = hostNodeId(report.host.id)
  return {
    report,
    hostNode,
    nodes,
    byTopology,
    metrics: Map.groupBy(report.metrics, (metric) => metric.node),
    addresses: new Map(report.addresses.map((address) => [address.id, address])),
    published: publishedPorts(byTopology.container.filter((container) => isOfHost(container, hostNode))),
  }
}

const isOfHost = ({ parents }: ReportNode, hostNode: string): boolean =>
  parents.host === undefined || parents.host.includes(hostNode)

/**
 * Nodes of other topologies that this one belongs to, as far as the report holds them. What a probe reports is of its
 * host, unless it says that it is of none (a container of a Docker daemon elsewhere).
 */
export const parentsOf = (index: ReportIndex, node: ReportNode, topology: Topology): ReportNode[] => {
  const ids = node.parents[topology] ?? (topology === 'host' ? [index.hostNode] : [])
  return ids.flatMap((id) => index.nodes.get(id) ?? [])
}

/** The first of {@link parentsOf}: the only one, nearly always. Asked several times for every node of every view. */
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
