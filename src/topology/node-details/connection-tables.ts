import type { Column, ConnectionRow, ConnectionTable, MetadataRow, NodeSummary } from '../../api/types.ts'
import type { Histogram } from '../../report/histogram.ts'
import { failureKeys } from '../connections/numbers.ts'
import { timesOf } from '../connections/times.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { type ConnectionGroup, ConnectionGroups, standsForAddresses } from './connection-rows.ts'
import { placedNode } from './placed-node.ts'

/** The most rows of a table; failing and busy connections come first. */
export const MAX_CONNECTION_ROWS = 500

/** The most addresses or names listed in one row. */
const MAX_TEXTS = 8

const column = (id: string, label: string, dataType: string, defaultSort = false): Column => ({
  id,
  label,
  defaultSort,
  dataType,
})

const columns: readonly Column[] = [
  column('port', 'Port', 'number'),
  column('count', 'Open', 'number', true),
  column('opened', 'Opened', 'number'),
  column('sent', 'Sent', 'bytes'),
  column('received', 'Received', 'bytes'),
  column('rtt', 'Round trip', 'microseconds'),
  column('failed', 'Failed', 'number'),
]

/** Columns that are left out when no row has a value for them. */
const rareColumns: readonly Column[] = [
  column('refused', 'Refused', 'number'),
  column('timedOut', 'Timed out', 'number'),
  column('unreachable', 'Unreachable', 'number'),
  column('outOfPorts', 'Out of ports', 'number'),
  column('failedOtherwise', 'Failed otherwise', 'number'),
  column('abandoned', 'Abandoned', 'number'),
  column('resetByClient', 'Reset by client', 'number'),
  column('resetByServer', 'Reset by server', 'number'),
  column('lost', 'Lost', 'number'),
  column('durationP50', 'Lasted, p50', 'microseconds'),
  column('durationP95', 'Lasted, p95', 'microseconds'),
  column('connectP50', 'Connect, p50', 'microseconds'),
  column('connectP95', 'Connect, p95', 'microseconds'),
  column('smoothedRtt', 'Smoothed round trip', 'microseconds'),
]

const timeColumns: readonly Column[] = [
  column('firstSeen', 'First seen', 'datetime'),
  column('lastSeen', 'Last seen', 'datetime'),
]

const remoteColumn = column('remote', 'Remote', 'ip')

/**
 * Tables of a node's incoming and outgoing connections. There is a row for each remote node and port, and for each
 * address where a node stands for many. Bytes sent and received are as seen by this node, whoever opened the
 * connection.
 */
export const connectionTables = (parts: ViewParts, node: NodeSummary): [ConnectionTable, ConnectionTable] => [
  connectionTable(parts, node, 'incoming-connections'),
  connectionTable(parts, node, 'outgoing-connections'),
]

const connectionTable = (parts: ViewParts, node: NodeSummary, id: ConnectionTable['id']): ConnectionTable => {
  const incoming = id === 'incoming-connections'
  const groups = new ConnectionGroups(node, incoming)
  const remotes = new Map<string, NodeSummary | undefined>()
  for (const { source, target, flow } of parts.flowsOf(node.id, incoming ? 'target' : 'source')) {
    const remoteId = incoming ? source : target
    if (!remotes.has(remoteId)) remotes.set(remoteId, placedNode(parts, remoteId)?.summary)
    const remote = remotes.get(remoteId)
    if (remote) groups.add(remote, flow)
  }
  const all = groups.all.sort(mostTelling)
  const connections = all.slice(0, MAX_CONNECTION_ROWS).map((group) => rowOf(group, incoming))
  const told = new Set(connections.flatMap(({ metadata }) => metadata.map((row) => row.id)))
  return {
    id,
    topologyId: parts.definition.id,
    label: incoming ? 'Inbound' : 'Outbound',
    columns: [
      ...(standsForAddresses(node) ? [remoteColumn] : []),
      ...columns,
      ...rareColumns.filter((rare) => told.has(rare.id)),
      ...timeColumns,
    ],
    connections,
    total: all.length,
  }
}

const mostTelling = (a: ConnectionGroup, b: ConnectionGroup): number =>
  Number(b.totals.failed > 0) - Number(a.totals.failed > 0) ||
  b.totals.open - a.totals.open ||
  bytesOf(b) - bytesOf(a) ||
  (a.id < b.id ? -1 : 1)

const bytesOf = ({ totals }: ConnectionGroup): number => totals.bytesSent + totals.bytesReceived

const rowOf = (group: ConnectionGroup, incoming: boolean): ConnectionRow => {
  const { id, remote, remoteAddress, totals } = group
  const labelMinor = remoteAddress === undefined ? remote.labelMinor : ''
  return {
    id,
    nodeId: remote.id,
    label: remoteAddress ?? remote.label,
    ...(labelMinor === '' ? {} : { labelMinor }),
    metadata: [
      ...text('remote', group.localAddress, 'ip'),
      ...number('port', group.port),
      ...number('count', totals.open),
      ...number('opened', totals.opened),
      ...number('sent', incoming ? totals.bytesReceived : totals.bytesSent, 'bytes'),
      ...number('received', incoming ? totals.bytesSent : totals.bytesReceived, 'bytes'),
      ...microseconds('rtt', totals.rttUs),
      ...microseconds('smoothedRtt', totals.smoothedRttUs),
      ...times('duration', totals.durations),
      ...times('connect', totals.connectTimes),
      ...number('failed', totals.failed),
      ...rareCounts.flatMap((key) => (totals[key] > 0 ? number(key, totals[key]) : [])),
      ...text('firstSeen', isoDate(totals.firstSeenMs), 'datetime'),
      ...text('lastSeen', isoDate(totals.lastSeenMs), 'datetime'),
      ...(totals.quietSeconds > 0 ? number('quietSeconds', totals.quietSeconds) : []),
      ...text('address', listed(group.addresses), 'ip'),
      ...text('name', listed(group.names)),
      ...text('wanted', listed(group.wanted), 'ip'),
      ...(totals.estimated ? text('estimated', 'yes') : []),
    ],
  }
}

const rareCounts = [...failureKeys, 'abandoned', 'resetByClient', 'resetByServer', 'lost'] as const

const microseconds = (id: string, us: number | undefined): MetadataRow[] =>
  us === undefined ? [] : number(id, us, 'microseconds')

const times = (id: 'duration' | 'connect', histogram: Histogram | undefined): MetadataRow[] => {
  if (histogram === undefined) return []
  const { p50Us, p95Us } = timesOf(histogram)
  return [...microseconds(`${id}P50`, p50Us), ...microseconds(`${id}P95`, p95Us)]
}

const listed = (texts: ReadonlySet<string>): string | undefined =>
  texts.size === 0 ? undefined : [...texts].slice(0, MAX_TEXTS).join(', ')

const number = (id: string, value: number, dataType: MetadataRow['dataType'] = 'number'): MetadataRow[] =>
  text(id, String(value), dataType)

const text = (id: string, value: string | undefined, dataType?: MetadataRow['dataType']): MetadataRow[] =>
  value === undefined ? [] : [{ id, label: '', value, ...(dataType === undefined ? {} : { dataType }) }]
