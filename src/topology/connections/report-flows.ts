import type { Address, ConnectionRecord, Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import { indexOf } from '../reports/index/index-of.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import { type Completeness, type End, type Flow, type Half, type ProcessEnd, wantedOf } from './flow.ts'
import { type Numbers, type Rates, rateKeys } from './numbers.ts'
import { quietSecondsOf } from './quiet.ts'
import { ratesAgainstBase } from './rates.ts'

/** The connections of one report: `pairs` have a process at both ends, `halves` at one. */
export interface ReportFlows {
  readonly pairs: readonly Flow[]
  readonly halves: readonly Half[]
  /** What was made of each connection record of the report, in their order; undefined where it was left out. */
  readonly ofRecords: readonly (Flow | Half | undefined)[]
}

/** A report, and its flows. */
export interface ToldFlows {
  readonly held: HeldReport
  readonly index: ReportIndex
  readonly flows: ReportFlows
}

/**
 * The flows of a report.
 *
 * @param index of this report
 * @param earlier the report of the same probe in whose place this one comes: what it tells of a connection in the same way
 *   is the same object
 */
export const flowsOf = (
  held: HeldReport,
  index: ReportIndex = indexOf(held),
  earlier?: ToldFlows,
): ReportFlows => {
  const ratesOf = ratesAgainstBase(held)
  const earlierOf = earlier?.index.latest === index.latest ? earlierIn(earlier) : undefined
  const isToldAgain = earlierOf && earlier && tellingAgain(earlier, held, index)
  const completeness = completenessOf(held.report)
  const pairs: Flow[] = []
  const halves: Half[] = []
  const ofRecords = held.report.connections.map((record, position) => {
    const rates = ratesOf(record)
    const before = earlierOf?.(record, position)
    const made = before?.made
    const isSame = before?.record === record && made !== undefined && isToldAgain?.(record, made, rates)
    if (record.client !== undefined && record.server !== undefined) {
      const known = made && !isHalf(made) ? made : undefined
      const pair = known && isSame ? known : pairOf(record, rates, held, index, known)
      pairs.push(pair)
      return pair
    }
    const known = made && isHalf(made) ? made : undefined
    const half = known && isSame ? known : halfOf(record, rates, held, index, completeness, known)
    if (half) halves.push(half)
    return half
  })
  return { pairs, halves, ofRecords }
}

const isHalf = (made: Flow | Half): made is Half => 'role' in made

/** @param earlier what was made of the record of the same id before, whose ends and reference it keeps */
const pairOf = (
  record: ConnectionRecord,
  rates: Rates,
  held: HeldReport,
  index: ReportIndex,
  earlier: Flow | undefined,
): Flow => {
  const { client = '', server = '', serverPort: port } = record
  const flow: Flow = {
    client: processEnd(client, index, earlier?.client),
    server: processEnd(server, index, earlier?.server),
    port,
    numbers: numbersOf(record, rates, held),
    records: earlier?.records ?? [{ id: record.id, at: index.latest }],
  }
  return record.failed > 0 ? { ...flow, ...wantedOf(destinationOf(index, record), flow.numbers) } : flow
}

const NO_PORTS: readonly number[] = []

/** @param earlier like that of {@link pairOf} */

const halfOf = (
  record: ConnectionRecord,
  rates: Rates,
  held: HeldReport,
  index: ReportIndex,
  completeness: Completeness,
  earlier: Half | undefined,
): Half | undefined => {
  const process = record.client ?? record.server
  if (process === undefined || record.clientAddress === undefined) return undefined
  const { serverAddress, port, original } = destinationOf(index, record)
  // With all fields from the beginning: those that are added later take more memory.
  return {
    role: record.client === undefined ? 'server' : 'client',
    record: earlier?.record ?? { id: record.id, at: index.latest },
    process: processEnd(process, index, earlier?.process),
    clientAddress: addressOf(index, record.clientAddress),
    serverAddress,
    port,
    original,
    serverName: record.serverName,
    clientPorts: record.clientPorts ?? NO_PORTS,
    sinceMs: record.sinceMs,
    lastMs: record.lastMs,
    numbers: numbersOf(record, rates, held),
    completeness,
    plainKey: undefined,
  }
}

/** Finds the record of the same id in an earlier report of the same probe, and what was made of it. */
const earlierIn = ({
  held,
  flows,
}: ToldFlows): ((record: ConnectionRecord, position: number) => Earlier | undefined) => {
  const { connections } = held.report
  const find = finderIn(connections)
  return (record, position) => {
    const at = find(record, position)
    if (at === undefined) return undefined
    return { record: connections[at], made: flows.ofRecords[at] }
  }
}

interface Earlier {
  readonly record: ConnectionRecord | undefined
  readonly made: Flow | Half | undefined
}

/** Decides whether the same record tells of a connection what was made of it for an earlier report. */
const tellingAgain = (
  earlier: ToldFlows,
  held: HeldReport,
  index: ReportIndex,
): ((record: ConnectionRecord, made: Flow | Half, rates: Rates) => boolean) | undefined => {
  const before = earlier.held
  if (
    before.startedAtMs !== held.startedAtMs ||
    completenessOf(before.report) !== completenessOf(held.report)
  )
    return undefined
  const { uptimeMs } = held.report.envelope
  const { addresses } = index
  const isAddressAlike = (id: string | undefined): boolean =>
    id === undefined ||
    addresses === earlier.index.addresses ||
    addresses.get(id) === earlier.index.addresses.get(id)
  return (record, { numbers }, rates) =>
    rateKeys.every((key) => numbers[key] === rates[key]) &&
    numbers.quietSeconds === quietSecondsOf(record.open, uptimeMs - record.lastMs) &&
    isAddressAlike(record.clientAddress) &&
    isAddressAlike(record.serverAddress) &&
    isAddressAlike(record.originalAddress)
}

/** Finds the position of the record of the same id among those before, soonest at the position given. */
const finderIn = (
  records: readonly ConnectionRecord[],
): ((record: ConnectionRecord, position: number) => number | undefined) => {
  let positions: ReadonlyMap<string, number> | undefined
  let shift = 0
  return (record, position) => {
    const likely = records[position + shift]
    if (likely === record || likely?.id === record.id) return position + shift
    positions ??= new Map(records.map(({ id }, i) => [id, i]))
    const at = positions.get(record.id)
    if (at === undefined) return undefined
    shift = at - position
    return at
  }
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

const processEnd = (id: string, index: ReportIndex, earlier: End | undefined): ProcessEnd =>
  earlier?.kind === 'process' && earlier.id === id ? earlier : { kind: 'process', id, at: index.latest }

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
