import type { Address, ConnectionRecord, Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import { indexOf, type ReportIndex } from '../reports/report-index.ts'
import { type Completeness, type Flow, type Half, type ProcessEnd, type RecordRef, wantedOf } from './flow.ts'
import type { Numbers, Rates } from './numbers.ts'
import { quietSecondsOf } from './quiet.ts'
import { ratesAgainstBase } from './rates.ts'

/** The connections of one report: `pairs` have a process at both ends, `halves` at one. */
export interface ReportFlows {
  readonly pairs: readonly Flow[]
  readonly halves: readonly Half[]
}

/**
 * The flows of a report.
 *
 * @param index of this report
 */
export const flowsOf = (held: HeldReport, index: ReportIndex = indexOf(held)): ReportFlows => {
  const ratesOf = ratesAgainstBase(held)
  const completeness = completenessOf(held.report)
  const { uptimeMs } = held.report.envelope
  const pairs: Flow[] = []
  const halves: Half[] = []
  for (const record of held.report.connections) {
    const numbers = numbersOf(record, ratesOf(record), held)
    const { client, server, serverPort: port } = record
    const ref: RecordRef = { id: record.id, at: index }
    if (client !== undefined && server !== undefined) {
      pairs.push({
        client: processEnd(client, index),
        server: processEnd(server, index),
        port,
        numbers,
        records: [ref],
        ...(record.failed > 0 ? wantedOf(destinationOf(index, record), numbers) : {}),
      })
      continue
    }
    const process = client ?? server
    if (process === undefined || record.clientAddress === undefined) continue
    halves.push({
      role: client === undefined ? 'server' : 'client',
      record: ref,
      process: processEnd(process, index),
      clientAddress: addressOf(index, record.clientAddress),
      ...destinationOf(index, record),
      serverName: record.serverName,
      clientPorts: record.clientPorts ?? [],
      countedForMs: uptimeMs - record.sinceMs,
      calmForMs: uptimeMs - record.lastMs,
      numbers,
      completeness,
    })
  }
  return { pairs, halves }
}

const destinationOf = (
  index: ReportIndex,
  { serverAddress, serverPort, originalAddress, originalPort }: ConnectionRecord,
): Pick<Half, 'serverAddress' | 'port' | 'original'> => ({
  serverAddress: addressOf(index, serverAddress),
  port: serverPort,
  ...(originalAddress === undefined || originalPort === undefined
    ? {}
    : { original: { address: addressOf(index, originalAddress), port: originalPort } }),
})

/** How completely a probe sees connections, from the status of its connections collector. */
export const completenessOf = ({ status }: Report): Completeness => {
  const connections = status.find(({ id }) => id === 'connections')
  if (connections?.mode !== 'ebpf') return 'polled'
  return connections.state === 'ok' ? 'complete' : 'partial'
}

const processEnd = (id: string, at: ReportIndex): ProcessEnd => ({ kind: 'process', id, at })

const numbersOf = (record: ConnectionRecord, rates: Rates, { startedAtMs, report }: HeldReport): Numbers => {
  const { uptimeMs } = report.envelope
  const { failed, refused = 0, timedOut = 0, unreachable = 0, outOfPorts = 0 } = record
  // without spreads: there may be tens of thousands, and each would be made several times over
  return {
    open: record.open,
    opened: record.opened,
    closed: record.closed,
    failed,
    refused,
    timedOut,
    unreachable,
    outOfPorts,
    failedOtherwise: failed - refused - timedOut - unreachable - outOfPorts,
    abandoned: record.abandoned,
    resetByClient: record.resetByClient ?? 0,
    resetByServer: record.resetByServer ?? 0,
    lost: record.lost ?? 0,
    bytesSent: record.bytesSent,
    bytesReceived: record.bytesReceived,
    retransmits: record.retransmits,
    openedPerSecond: rates.openedPerSecond,
    failedPerSecond: rates.failedPerSecond,
    bytesSentPerSecond: rates.bytesSentPerSecond,
    bytesReceivedPerSecond: rates.bytesReceivedPerSecond,
    durations: record.durations,
    connectTimes: record.connectTimes,
    rttUs: record.rttUs,
    smoothedRttUs: record.smoothedRttUs,
    firstSeenMs: startedAtMs + record.sinceMs,
    lastSeenMs: startedAtMs + record.lastMs,
    quietSeconds: quietSecondsOf(record.open, uptimeMs - record.lastMs),
    estimated: false,
  }
}

/**
 * The address book entry of an id. When the probe had to leave it out to keep within a limit, it is reconstructed
 * from the id.
 */
const addressOf = (index: ReportIndex, id: string): Address => {
  const entry = index.addresses.get(id)
  if (entry) return entry
  const delimiter = id.lastIndexOf(';')
  const prefix = id.slice(0, delimiter)
  const scope = prefix === '' ? 'global' : prefix.startsWith('network:') ? 'network' : 'host'
  const [ip = '', bits] = id.slice(delimiter + 1).split('/')
  return { id, ip, scope, ...(bits === undefined ? {} : { prefixBits: Number(bits) }) }
}
