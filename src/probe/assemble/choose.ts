import { byId } from '../../report/delta/by-id.ts'
import { facts, metrics as metricIds } from '../../report/facts.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Address, ConnectionRecord, Metric, ReportNode } from '../../report/schema.ts'
import type { MergedNodes } from './merge-nodes.ts'

/** Limits on the number of entities. */
export type CountLimits = Pick<
  ReportLimits,
  'values' | 'nodes' | 'metrics' | 'connections' | 'addresses' | 'listeners'
>

/** What a report is chosen from, each id once. */
export interface Candidates {
  readonly nodes: MergedNodes
  readonly metrics: readonly Metric[]
  /** They refer only to these nodes and addresses. */
  readonly connections: ConnectionRecord[]
  readonly addresses: Address[]
}

/** The selection that goes into a report. It contains everything that it refers to. */
export interface Chosen {
  /** The given list itself when none is left out. */
  readonly nodes: ReportNode[]
  readonly metrics: Metric[]
  /** The given list itself when none is left out; the same holds for `addresses`. */
  readonly connections: ConnectionRecord[]
  readonly addresses: Address[]
}

const traffic = (record: ConnectionRecord): number => record.opened + record.failed

/** A record without open connections rests when its last event is at least this old. */
const RESTS_AFTER_MS = 15_000

/**
 * Compares records by importance: failing before open before closed, within each the busiest first, then the newest.
 * Resting records come last, those that have rested longest at the very end.
 */
const byImportance = (latestMs: number) => {
  const rests = ({ open, lastMs }: ConnectionRecord): boolean =>
    open === 0 && latestMs - lastMs >= RESTS_AFTER_MS
  return (a: ConnectionRecord, b: ConnectionRecord): number => {
    if (rests(a) && rests(b)) return b.lastMs - a.lastMs
    return (
      Number(rests(a)) - Number(rests(b)) ||
      Number(b.failed > 0) - Number(a.failed > 0) ||
      Number(b.open > 0) - Number(a.open > 0) ||
      traffic(b) - traffic(a) ||
      b.lastMs - a.lastMs
    )
  }
}

const rankOf = (node: ReportNode): number => {
  if (node.topology === 'host') return 0
  if (node.topology === 'container') return node.facts[facts.containerState] === 'running' ? 1 : 3
  return node.topology === 'process' ? 2 : 4
}

const CPU_METRICS: ReadonlySet<string> = new Set([metricIds.processCpu, metricIds.containerCpu])

const cpuByNode = (metrics: readonly Metric[]): Map<string, number> =>
  new Map(
    metrics.flatMap(({ node, id, samples }) =>
      CPU_METRICS.has(id) ? [[node, samples.at(-1)?.[1] ?? 0]] : [],
    ),
  )

const endsOf = ({ client, server }: ConnectionRecord): string[] =>
  [client, server].filter((id) => id !== undefined)

const addressesIn = ({ clientAddress, serverAddress, originalAddress }: ConnectionRecord): string[] =>
  [clientAddress, serverAddress, originalAddress].filter((id) => id !== undefined)

/** Nodes included regardless of the connections: hosts, then running containers, up to half of the room. */
const foundation = (nodes: readonly ReportNode[], room: number): Set<string> =>
  new Set(
    nodes
      .filter((node) => rankOf(node) < 2)
      .toSorted((a, b) => rankOf(a) - rankOf(b))
      .slice(0, Math.ceil(room / 2))
      .map(({ id }) => id),
  )

/** Selects connections in order of importance, as long as there is room for them and for what they refer to. */
const chooseConnections = (
  complete: readonly ConnectionRecord[],
  limits: CountLimits,
  nodeIds: Set<string>,
  addressIds: Set<string>,
): ConnectionRecord[] => {
  const kept: ConnectionRecord[] = []
  const latestMs = complete.reduce((latest, { lastMs }) => Math.max(latest, lastMs), 0)
  for (const record of complete.toSorted(byImportance(latestMs))) {
    if (kept.length >= limits.connections) break
    const newNodes = endsOf(record).filter((id) => !nodeIds.has(id))
    const newAddresses = addressesIn(record).filter((id) => !addressIds.has(id))
    if (nodeIds.size + newNodes.length > limits.nodes) continue
    if (addressIds.size + newAddresses.length > limits.addresses) continue
    for (const id of newNodes) nodeIds.add(id)
    for (const id of newAddresses) addressIds.add(id)
    kept.push(record)
  }
  return kept
}

const chooseNodes = (merged: Candidates, limits: CountLimits, needed: ReadonlySet<string>): ReportNode[] => {
  const { list } = merged.nodes
  if (list.length <= limits.nodes) return list
  const cpu = cpuByNode(merged.metrics)
  return list
    .toSorted(
      (a, b) =>
        Number(needed.has(b.id)) - Number(needed.has(a.id)) ||
        rankOf(a) - rankOf(b) ||
        (cpu.get(b.id) ?? 0) - (cpu.get(a.id) ?? 0),
    )
    .slice(0, limits.nodes)
}

const chooseAddresses = (merged: Candidates, limits: CountLimits, needed: ReadonlySet<string>): Address[] => {
  const { addresses } = merged
  if (addresses.length <= limits.addresses) return addresses
  return addresses
    .toSorted(
      (a, b) =>
        Number(needed.has(b.id)) - Number(needed.has(a.id)) ||
        Number(b.owners !== undefined) - Number(a.owners !== undefined),
    )
    .slice(0, limits.addresses)
}

const isFinitePair = (sample: readonly [number, number]): boolean =>
  sample[0] >= 0 && Number.isFinite(sample[0]) && Number.isFinite(sample[1])

const MAX_SAMPLES = 600

const fitMetric = (metric: Metric, samples: number): Metric => {
  const sound =
    metric.samples.length <= samples &&
    metric.samples.every(isFinitePair) &&
    (metric.max === undefined || Number.isFinite(metric.max))
  if (sound) return metric
  const { max, ...rest } = metric
  return {
    ...rest,
    ...(max !== undefined && Number.isFinite(max) && { max }),
    samples: metric.samples.filter(isFinitePair).slice(-samples),
  }
}

/** The metrics in the order of their nodes. */
const inOrderOf = (nodes: readonly ReportNode[], metrics: readonly Metric[]): Metric[] => {
  const place = new Map(nodes.map((node, index) => [node.id, rankOf(node) * nodes.length + index]))
  return metrics.toSorted((a, b) => (place.get(a.node) ?? 0) - (place.get(b.node) ?? 0))
}

/** Selects the metrics of the chosen nodes. When there are too many, those of the last nodes are left out. */
const chooseMetrics = (merged: Candidates, limits: CountLimits, nodes: readonly ReportNode[]): Metric[] => {
  const known = nodes === merged.nodes.list ? merged.nodes.byId : byId(nodes)
  const all = merged.metrics.filter(({ node }) => known.has(node))
  const kept = all.length <= limits.metrics ? all : inOrderOf(nodes, all).slice(0, limits.metrics)
  // Samples may use half of the allowed values, and one sample counts as three values.
  const perMetric = Math.floor(limits.values / 2 / 3 / Math.max(1, kept.length))
  const samples = Math.max(1, Math.min(MAX_SAMPLES, perMetric))
  return kept.map((metric) => fitMetric(metric, samples))
}

/**
 * Selects what a report has room for. Failing and busy connections have priority, and nothing in the selection refers
 * to what is left out.
 */
export const choose = (merged: Candidates, limits: CountLimits): Chosen => {
  const { nodes, addresses, connections: complete } = merged
  const fits =
    complete.length <= limits.connections &&
    nodes.list.length <= limits.nodes &&
    addresses.length <= limits.addresses
  if (fits)
    return {
      nodes: nodes.list,
      connections: complete,
      addresses,
      metrics: chooseMetrics(merged, limits, nodes.list),
    }
  const nodeIds = foundation(nodes.list, limits.nodes)
  const addressIds = new Set<string>()
  const connections = chooseConnections(complete, limits, nodeIds, addressIds)
  const chosen = chooseNodes(merged, limits, nodeIds)
  return {
    nodes: chosen,
    connections,
    addresses: chooseAddresses(merged, limits, addressIds),
    metrics: chooseMetrics(merged, limits, chosen),
  }
}
