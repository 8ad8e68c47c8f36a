import { addressText, type End, type Flow, namesOf } from '../connections/flow.ts'
import { addTo, type Totals } from '../connections/numbers.ts'
import type { Rendering } from '../render.ts'
import type { Column, ConnectionRow, ConnectionTable, MetadataRow, NodeSummary } from '../types.ts'

const columns: readonly Column[] = [
  { id: 'port', label: 'Port', defaultSort: false, dataType: 'number' },
  { id: 'count', label: 'Open', defaultSort: true, dataType: 'number' },
  { id: 'opened', label: 'Opened', defaultSort: false, dataType: 'number' },
  { id: 'bytes', label: 'Bytes', defaultSort: false, dataType: 'bytes' },
  { id: 'failed', label: 'Failed', defaultSort: false, dataType: 'number' },
]

/** Only where there are any: they are rare, and no trouble. */
const abandonedColumn: Column = {
  id: 'abandoned',
  label: 'Abandoned',
  defaultSort: false,
  dataType: 'number',
}

const remoteColumn: Column = { id: 'remote', label: 'Remote', defaultSort: false, dataType: 'ip' }

/** The connections from and to a node, by node at the other end, port, and address where a node stands for many. */
export const connectionTables = (
  rendering: Rendering,
  node: NodeSummary,
): [ConnectionTable, ConnectionTable] => [
  connectionTable(rendering, node, 'incoming-connections'),
  connectionTable(rendering, node, 'outgoing-connections'),
]

interface Row {
  readonly id: string
  readonly remote: NodeSummary
  readonly remoteAddress: string | undefined
  /** The address that was wanted, of a node that is known by more than it. */
  readonly wanted: string | undefined
  readonly localAddress: string | undefined
  readonly port: number
  readonly totals: Totals
}

const connectionTable = (
  { view, definition, fragments, stitched }: Rendering,
  node: NodeSummary,
  id: ConnectionTable['id'],
): ConnectionTable => {
  const incoming = id === 'incoming-connections'
  const rows = new Map<string, Row>()
  const addFlow = (remoteId: string, flow: Flow) => {
    const remote = view.nodes.get(remoteId)
    if (remote === undefined) return
    const [remoteEnd, localEnd] = incoming ? [flow.client, flow.server] : [flow.server, flow.client]
    const remoteAddress = addressWithin(remote, remoteEnd)
    const localAddress = addressWithin(node, localEnd)
    const wanted = remoteAddress === undefined ? addressBehind(remote, remoteEnd) : undefined
    const key = [remoteId, remoteAddress ?? wanted ?? '', localAddress ?? '', flow.port].join('-')
    const known = rows.get(key)
    if (known) addTo(known.totals, flow.numbers)
    else
      rows.set(key, {
        id: key,
        remote,
        remoteAddress,
        wanted,
        localAddress,
        port: flow.port,
        totals: { ...flow.numbers },
      })
  }
  const holding = fragments.filter(({ placement }) => placement.nodes.has(node.id))
  for (const flows of [...holding.map(({ pairs }) => pairs), stitched]) {
    for (const { source, target, flow } of flows) {
      if ((incoming ? target : source) === node.id) addFlow(incoming ? source : target, flow)
    }
  }
  const sorted = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const hasAbandoned = sorted.some(({ totals }) => totals.abandoned > 0)
  return {
    id,
    topologyId: definition.id,
    label: incoming ? 'Inbound' : 'Outbound',
    columns: [
      ...(standsForAddresses(node) ? [remoteColumn] : []),
      ...columns,
      ...(hasAbandoned ? [abandonedColumn] : []),
    ],
    connections: sorted.map((row) => rowOf(row, hasAbandoned)),
  }
}

/** The Internet, a named service, a network: nodes within which only an address tells who it was. */
const standsForAddresses = ({ id, pseudo }: NodeSummary): boolean =>
  pseudo === true && !id.startsWith('pseudo:address:') && !id.startsWith('pseudo:uncontained:')

const addressWithin = (node: NodeSummary, end: End): string | undefined => {
  if (end.kind !== 'remote' || !standsForAddresses(node)) return undefined
  const [name] = namesOf(end)
  const address = addressText(end.address)
  return name === undefined ? address : `${name} (${address})`
}

/** The address that is all one side knows of the other, though others know whose it is. */
const addressBehind = ({ id }: NodeSummary, end: End): string | undefined =>
  end.kind === 'remote' && !id.startsWith('pseudo:address:') ? addressText(end.address) : undefined

const rowOf = (
  { id, remote, remoteAddress, wanted, localAddress, port, totals }: Row,
  withAbandoned: boolean,
): ConnectionRow => {
  const labelMinor =
    remoteAddress === undefined ? [remote.labelMinor, wanted].filter((part) => part).join(', ') : ''
  const number = (key: string, value: number, dataType: 'number' | 'bytes' = 'number'): MetadataRow => ({
    id: key,
    label: '',
    value: String(value),
    dataType,
  })
  return {
    id,
    nodeId: remote.id,
    label: remoteAddress ?? remote.label,
    ...(labelMinor === '' ? {} : { labelMinor }),
    metadata: [
      ...(localAddress === undefined
        ? []
        : [{ id: 'remote', label: '', value: localAddress, dataType: 'ip' } as const]),
      number('port', port),
      number('count', totals.open),
      number('opened', totals.opened),
      number('bytes', totals.bytesSent + totals.bytesReceived, 'bytes'),
      number('failed', totals.failed),
      ...(withAbandoned ? [number('abandoned', totals.abandoned)] : []),
    ],
  }
}
