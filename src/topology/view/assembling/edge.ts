import { hash } from 'node:crypto'
import type { Edge } from '../../../api/types.ts'
import { sameHistogram } from '../../../report/histogram.ts'
import type { Flow } from '../../connections/flow.ts'
import { addTo, type Numbers, sameNumbers, type Totals } from '../../connections/numbers.ts'
import { timesOf } from '../../connections/times.ts'
import { keepIfEqual } from '../../equal.ts'
import type { ViewEdge } from '../view-edge.ts'
import { addPort, addPorts, type OwnPorts, type Ports, portCount, portList, samePorts } from './ports.ts'

/** The connections from one node of a view to another, while they are being summed. */
export interface EdgeSum {
  /** As made by {@link edgeKey}. */
  readonly key: string
  readonly source: string
  readonly target: string
  /** Those of a flow or of another sum where it is made of one alone. */
  readonly totals: Numbers
  readonly ports: Ports
  /** The sums that this one was added up from; undefined when it was made from flows. */
  readonly parts?: readonly EdgeSum[]
  /** It was told, not traced, so that nothing is counted. */
  readonly told?: true
  /** The finished edge, once a view has it; nothing may be added after that. */
  edge: ViewEdge | undefined
}

/** A flow, with the two nodes of a view that it connects. */
export interface PlacedFlow {
  readonly source: string
  readonly target: string
  /** As it was told last. */
  flow: Flow
  /** The key of the edge that it was added to: the very string that the table of edges has, by which that is found soonest. */
  key?: string | undefined
}

/** Edge sums by {@link edgeKey}. */
export type EdgeSums = ReadonlyMap<string, EdgeSum>

const MAX_PORTS = 16
/** Of a hash, for an id: base64url makes 16 characters of them. */
const ID_BYTES = 12

/** The key of an edge in {@link EdgeSums}. */
export const edgeKey = (source: string, target: string): string => `${source}\n${target}`

/** The id of the edge between two nodes of a view. It is made of these bytes alone: what is cut of a longer text keeps that in memory. */
export const edgeId = (source: string, target: string): string =>
  hash('sha1', edgeKey(source, target), 'buffer').toString('base64url', 0, ID_BYTES)

/** A sum that was made here, to which more is added. */
interface OwnSum extends EdgeSum {
  readonly totals: Totals
  ports: OwnPorts
}

/** Adds up flows by the nodes that they connect. Where there is one between two nodes, its sum has the numbers of the flow itself. */
export const sumsOf = (flows: readonly PlacedFlow[]): EdgeSums => {
  const sums = new Map<string, EdgeSum>()
  const ofSeveral = new Map<string, OwnSum>()
  for (const placed of flows) {
    const { source, target, flow } = placed
    const key = edgeKey(source, target)
    const first = sums.get(key)
    if (first === undefined) {
      sums.set(key, sumOfFlow(placed, key))
      continue
    }
    let sum = ofSeveral.get(key)
    if (sum === undefined) {
      sum = ownSum(first)
      ofSeveral.set(key, sum)
      sums.set(key, sum)
    }
    addFlow(sum, flow)
  }
  return sums
}

/**
 * Adds up flows that all connect the same two nodes; undefined when there are none.
 *
 * @param key that of their edge
 */
export const sumOfFlows = (flows: readonly PlacedFlow[], key: string): EdgeSum | undefined => {
  const [first] = flows
  if (first === undefined) return undefined
  if (flows.length === 1) return sumOfFlow(first, key)
  const sum = ownSum(sumOfFlow(first, key))
  for (let i = 1; i < flows.length; i++) addFlow(sum, (flows[i] ?? first).flow)
  return sum
}

/** A copy of a sum, to which more can be added. */
const ownSum = ({ key, source, target, totals, ports }: EdgeSum): OwnSum => ({
  key,
  source,
  target,
  totals: { ...totals },
  ports: addPorts(undefined, ports),
  edge: undefined,
})

const addFlow = (sum: OwnSum, { numbers, port }: Flow): void => {
  addTo(sum.totals, numbers)
  sum.ports = addPort(sum.ports, port)
}

/**
 * Adds up the sums of several parts that connect the same two nodes; undefined when there are none.
 *
 * @param earlier the sum between these two nodes in the previous view; it is returned when it was made of the same
 *   parts
 */
export const sumOf = (parts: readonly EdgeSum[], earlier: EdgeSum | undefined): EdgeSum | undefined => {
  const [only] = parts
  if (only === undefined || parts.length === 1) return only
  const before = earlier?.parts
  if (earlier && before?.length === parts.length && before.every((part, i) => part === parts[i]))
    return earlier
  const { key, source, target } = only
  const totals = { ...only.totals }
  let ports = addPorts(undefined, only.ports)
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? only
    addTo(totals, part.totals)
    ports = addPorts(ports, part.ports)
  }
  return { key, source, target, totals, ports, parts, edge: undefined }
}

/**
 * A single flow as an edge sum.
 *
 * @param key that of its edge
 */
export const sumOfFlow = ({ source, target, flow }: PlacedFlow, key: string): EdgeSum => ({
  key,
  source,
  target,
  totals: flow.numbers,
  ports: flow.port,
  edge: undefined,
})

/**
 * Rounds a rate to the three significant digits that are shown, so that noise beyond them does not make an edge look
 * changed.
 */
const threeDigits = (perSecond: number): number => {
  // By way of text it takes several times as long.
  if (perSecond >= 1 && perSecond < 10) return Math.round(perSecond * 100) / 100
  if (perSecond >= 10 && perSecond < 100) return Math.round(perSecond * 10) / 10
  if (perSecond >= 100 && perSecond < 1000) return Math.round(perSecond)
  return perSecond === 0 ? 0 : Number(perSecond.toPrecision(3))
}

/**
 * The finished edge.
 *
 * @param earlier the sum between these two nodes in the previous view; its edge object is reused when it is equal
 */
export const edgeOf = (sum: EdgeSum, earlier: EdgeSum | undefined): ViewEdge => {
  const before = earlier?.edge
  const edge = sum.edge ?? makeEdge(sum, earlier)
  // Mostly it is these that moved, and to compare all takes as long as to make an edge.
  const hasMoved = before?.lastSeenMs !== edge.lastSeenMs || before.bytesSent !== edge.bytesSent
  sum.edge = hasMoved ? edge : keepIfEqual(before, edge)
  return sum.edge
}

/** Whether a flow says of its connections what another one said, so that a sum of it is the same. */
export const isToldAgain = (flow: Flow, now: Flow): boolean =>
  flow.port === now.port && sameNumbers(flow.numbers, now.numbers)

/** Whether two sums between the same nodes say the same. */
export const sameSums = (a: EdgeSum, b: EdgeSum): boolean =>
  a === b || (a.told === b.told && sameNumbers(a.totals, b.totals) && samePorts(a.ports, b.ports))

/**
 * Makes an edge. The id, the ports and the times are costly to make and seldom change, so they are taken over from the
 * earlier edge when they still hold.
 */
const makeEdge = (
  { source, target, totals, ports, told }: EdgeSum,
  earlier: EdgeSum | undefined,
): ViewEdge => {
  const { rttUs, smoothedRttUs, durations, connectTimes, quietSeconds, estimated } = totals
  const edge: Writable<ViewEdge> = {
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
    ports: portsOf(ports, earlier),
    portsTotal: portCount(ports),
    // Probes tell times with fractions; nobody is shown less than a millisecond.
    firstSeenMs: Math.trunc(totals.firstSeenMs),
    lastSeenMs: Math.trunc(totals.lastSeenMs),
  }
  if (totals.failed > 0) edge.failedBy = failureReasons(totals)
  if (edge.reset > 0) edge.resetBy = { client: totals.resetByClient, server: totals.resetByServer }
  if (durations)
    edge.duration =
      (sameHistogram(durations, earlier?.totals.durations) && earlier?.edge?.duration) || timesOf(durations)
  if (connectTimes)
    edge.connectTime =
      (sameHistogram(connectTimes, earlier?.totals.connectTimes) && earlier?.edge?.connectTime) ||
      timesOf(connectTimes)
  if (rttUs !== undefined) edge.rttUs = rttUs
  if (smoothedRttUs !== undefined) edge.smoothedRttUs = smoothedRttUs
  if (quietSeconds > 0) edge.quietSeconds = quietSeconds
  if (estimated) edge.estimated = true
  if (told) edge.told = true
  return edge
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** The number of failed connections by reason. */
const failureReasons = (totals: Numbers): NonNullable<Edge['failedBy']> => {
  const { refused, timedOut, unreachable, outOfPorts, failedOtherwise: other } = totals
  return { refused, timedOut, unreachable, outOfPorts, other }
}

/** The `failedBy` field of an edge or flow; empty when no connection failed. */
export const failedBy = (totals: Numbers): Pick<Edge, 'failedBy'> =>
  totals.failed === 0 ? {} : { failedBy: failureReasons(totals) }

const portsOf = (ports: Ports, earlier: EdgeSum | undefined): readonly number[] =>
  earlier?.edge && samePorts(earlier.ports, ports) ? earlier.edge.ports : portList(ports).slice(0, MAX_PORTS)
