import type { PortRow } from '../../api/types.ts'
import { DOCKER_PROXY, runsAsDockerProxy } from '../../report/docker-proxy.ts'
import { addressId } from '../../report/ids.ts'
import type { Listener, ReportNode } from '../../report/schema.ts'
import { completenessOf } from '../connections/report-flows.ts'
import type { HeldReport } from '../held-report.ts'
import { containerLabel, hostLabels, processLabel } from '../nodes/naming/labels.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'
import type { IndexedReport } from '../pipeline/indexed-reports.ts'
import { containerOf, type ReportIndex } from '../reports/index/report-index.ts'
import { publishedAs, reachOf } from './reach.ts'

/**
 * The listening ports of a host's processes, sorted by port and address. A port that docker-proxy holds for a
 * container is listed as a published port of the container. It only gets its own row when nobody listens behind it.
 *
 * @returns the same rows for the same report
 */
export const portsOf = (report: IndexedReport): readonly PortRow[] => report.derived.of(portRows, report)

const portRows = ({ held, index }: IndexedReport): readonly PortRow[] => {
  const counting = completenessOf(held.report)
  const rows = held.report.listeners.flatMap((listener) => {
    const process = index.nodes.get(listener.process)
    return process === undefined ? [] : [rowOf(held, index, process, listener, counting)]
  })
  const published = new Set(rows.flatMap((row) => row.published.map(({ port }) => port)))
  const isProxy = ({ process: { id, label } }: PortRow): boolean => {
    const node = label === DOCKER_PROXY ? index.nodes.get(id) : undefined
    return node !== undefined && runsAsDockerProxy(node)
  }
  const told = rows.filter((row) => !(published.has(row.port) && isProxy(row)))
  return told.sort((a, b) => a.port - b.port || compare(a.address, b.address) || compare(a.id, b.id))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A probe that reports no processes names the container or host instead. */
const labelOf = (node: ReportNode): string => {
  if (node.topology === 'container') return containerLabel(node)
  return node.topology === 'host' ? hostLabels(node).label : processLabel(node)
}

const rowOf = (
  { startedAtMs }: HeldReport,
  index: ReportIndex,
  process: ReportNode,
  listener: Listener,
  counting: PortRow['counting'],
): PortRow => {
  const { id, ip, port, sinceMs, accepted, firstMs, lastMs, lastPeer, mayHaveMissed } = listener
  const container = process.topology === 'container' ? process : containerOf(index, process)
  const published = publishedAs(index, container, listener)
  const date = (uptimeMs: number): string => isoDate(startedAtMs + uptimeMs) ?? new Date(0).toISOString()
  const host = index.nodes.get(index.hostNode)
  return {
    id: `${index.report.host.id};${id}`,
    address: ip,
    port,
    host: { id: index.hostNode, label: host ? hostLabels(host).label : index.report.host.name },
    process: { id: process.id, label: labelOf(process) },
    ...(container ? { container: { id: container.id, label: containerLabel(container) } } : {}),
    published,
    reachable: reachOf(index, container, listener, published),
    used: {
      accepted,
      ...(firstMs === undefined ? {} : { first: date(firstMs) }),
      ...(lastMs === undefined ? {} : { last: date(lastMs) }),
      ...(lastPeer === undefined ? {} : { lastPeer: peerOf(index, lastPeer) }),
    },
    since: date(sinceMs),
    counting: counting === 'complete' && mayHaveMissed ? 'partial' : counting,
  }
}

/** An address, with the name of the container or host of the same report that holds it, else its DNS name. */
const peerOf = (index: ReportIndex, ip: string): NonNullable<PortRow['used']['lastPeer']> => {
  const { addresses, nodes, report } = index
  const known =
    addresses.get(addressId({ kind: 'host', hostId: report.host.id }, ip)) ??
    addresses.get(addressId({ kind: 'global' }, ip))
  const [holder, ...others] = (known?.owners ?? []).flatMap((id) => nodes.get(id) ?? [])
  const held = others.length === 0 ? holder : undefined
  const label = held
    ? held.topology === 'host'
      ? hostLabels(held).label
      : containerLabel(held)
    : known?.names?.[0]
  return { address: ip, ...(label === undefined ? {} : { label }) }
}
