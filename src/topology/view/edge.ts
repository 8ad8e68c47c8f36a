import { hash } from 'node:crypto'
import type { Edge } from '../../api/types.ts'
import type { Flow } from '../connections/flow.ts'
import { addTo, type Numbers, sameNumbers, type Totals } from '../connections/numbers.ts'
import { timesOf } from '../connections/times.ts'
import { keepIfEqual } from '../equal.ts'
import { isoDate } from '../nodes/rows/metadata-rows.ts'

/** Connections from one node of a view to another, while they are being added up. */
export interface EdgeSum {
  /** Of {@link edgeKey}. */
  readonly key: string
  readonly source: string
  readonly target: string
  readonly totals: Totals
  readonly ports: Set<number>
  /** What it was summed of, when that was sums. */
  readonly parts?: readonly EdgeSum[]
  /** The finished edge, once a view has it; nothing may be added after that. */
  edge?: Edge
}

/** Connections between two nodes of a view. */
export interface PlacedFlow {
  readonly source: string
  readonly target: string
  readonly flow: Flow
  /** What it comes to as an edge, once a view was made of it. */
  sum?: EdgeSum
}

/** Edges by their two ends. */
export type EdgeSums = Map<string, EdgeSum>

const MAX_PORTS = 16

/** The key of an edge among sums. */
export const edgeKey = (source: string, target: string): string => `${source}\n${target}`

/** The id of the edge between two nodes of a view. */
export const edgeId = (source: string, target: string): string =>
  hash('sha1', edgeKey(source, target), 'base64url').slice(0, 16)

/** Adds connections from one node to another. */
export const addConnections = (
  sums: EdgeSums,
  source: string,
  target: string,
  numbers: Numbers,
  ports: Iterable<number>,
): void => {
  const key = edgeKey(source, target)
  const known = sums.get(key)
  if (known === undefined) {
    sums.set(key, { key, source, target, totals: { ...numbers }, ports: new Set(ports) })
    return
  }
  addTo(known.totals, numbers)
  for (const port of ports) known.ports.add(port)
}

/**
 * The sum of sums that join the same two nodes.
 *
 * @param earlier the sum between these two nodes in the view before: it is taken when it is of the same sums
 */
export const sumOf = (
  parts: readonly [EdgeSum, ...(readonly EdgeSum[])],
  earlier: EdgeSum | undefined,
): EdgeSum => {
  const before = earlier?.parts
  if (earlier && before?.length === parts.length && before.every((part, i) => part === parts[i]))
    return earlier
  const [{ key, source, target, totals: first, ports: known }, ...others] = parts
  const totals = { ...first }
  const ports = new Set(known)
  for (const other of others) {
    addTo(totals, other.totals)
    for (const port of other.ports) ports.add(port)
  }
  return { key, source, target, totals, ports, parts }
}

/** The sum of a single flow, made once. */
export const sumOfFlow = (placed: PlacedFlow): EdgeSum => {
  placed.sum ??= makeSum(placed)
  return placed.sum
}

const makeSum = ({ source, target, flow }: PlacedFlow): EdgeSum => ({
  key: edgeKey(source, target),
  source,
  target,
  totals: flow.numbers,
  ports: new Set([flow.port]),
})

/** Three digits are all that is ever shown, and a rate that trembles in the fourth is no news. */
const threeDigits = (perSecond: number): number => (perSecond === 0 ? 0 : Number(perSecond.toPrecision(3)))

/**
 * The edge, as clients see it.
 *
 * @param earlier the sum between these two nodes in the view before: its edge is taken when it says the same
 */
export const edgeOf = (sum: EdgeSum, earlier: EdgeSum | undefined): Edge => {
  const before = earlier?.edge
  if (sum.edge === undefined)
    sum.edge = earlier && before && sameSums(earlier, sum) ? before : makeEdge(sum, earlier)
  if (sum.edge !== before) sum.edge = keepIfEqual(before, sum.edge)
  return sum.edge
}

const sameSums = (a: EdgeSum, b: EdgeSum): boolean =>
  a === b || (sameNumbers(a.totals, b.totals) && samePorts(a.ports, b.ports))

const samePorts = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => {
  if (a.size !== b.size) return false
  for (const port of a) if (!b.has(port)) return false
  return true
}

/** What of an edge is dear to make, and seldom another than before: its id and its dates. */
const makeEdge = ({ source, target, totals, ports }: EdgeSum, earlier: EdgeSum | undefined): Edge => {
  const { rttUs, smoothedRttUs, durations, connectTimes, quietSeconds, estimated } = totals
  const edge: Writable<Edge> = {
    id: earlier?.edge?.id ?? edgeId(source, target),
    source,
    target,
    open: totals.open,
    opened: totals.opened,
    closed: totals.closed,
    failed: totals.failed,
    abandoned: totals.abandoned,
    reset: totals.resetByClient + totals.resetByServer,
    lost: totals.lost,
    bytesSent: totals.bytesSent,
    bytesReceived: totals.bytesReceived,
    openedPerSecond: threeDigits(totals.openedPerSecond),
    failedPerSecond: threeDigits(totals.failedPerSecond),
    bytesSentPerSecond: threeDigits(totals.bytesSentPerSecond),
    bytesReceivedPerSecond: threeDigits(totals.bytesReceivedPerSecond),
    retransmits: totals.retransmits,
    ports: [...ports].sort((a, b) => a - b).slice(0, MAX_PORTS),
    portsTotal: ports.size,
    firstSeen: dateOf('firstSeen', totals, earlier),
    lastSeen: dateOf('lastSeen', totals, earlier),
  }
  if (totals.failed > 0) edge.failedBy = failureReasons(totals)
  if (edge.reset > 0) edge.resetBy = { client: totals.resetByClient, server: totals.resetByServer }
  if (durations) edge.duration = timesOf(durations)
  if (connectTimes) edge.connectTime = timesOf(connectTimes)
  if (rttUs !== undefined) edge.rttUs = rttUs
  if (smoothedRttUs !== undefined) edge.smoothedRttUs = smoothedRttUs
  if (quietSeconds > 0) edge.quietSeconds = quietSeconds
  if (estimated) edge.estimated = true
  return edge
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Why connections failed. */
const failureReasons = (totals: Totals): NonNullable<Edge['failedBy']> => {
  const { refused, timedOut, unreachable, outOfPorts, failedOtherwise: other } = totals
  return { refused, timedOut, unreachable, outOfPorts, other }
}

/** The same as part of what tells of connections: nothing where none failed. */
export const failedBy = (totals: Totals): Pick<Edge, 'failedBy'> =>
  totals.failed === 0 ? {} : { failedBy: failureReasons(totals) }

const dateOf = (key: 'firstSeen' | 'lastSeen', totals: Totals, earlier: EdgeSum | undefined): string =>
  earlier?.edge && earlier.totals[`${key}Ms`] === totals[`${key}Ms`]
    ? earlier.edge[key]
    : (isoDate(totals[`${key}Ms`]) ?? '')
