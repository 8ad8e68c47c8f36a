import type { Edge } from '../../../api/types.ts'
import { sameHistogram } from '../../../report/histogram.ts'
import type { Numbers } from '../../connections/numbers.ts'
import { timesOf } from '../../connections/times.ts'
import { equalValues } from '../../equal.ts'
import type { ViewEdge } from '../view-edge.ts'

/** What an edge is, besides its numbers. */
type EdgeFacts = Pick<ViewEdge, 'id' | 'source' | 'target' | 'ports' | 'portsTotal' | 'told'>

/**
 * An edge that tells its numbers by the sum that it was made of. Thousands are made each second, in each view, and to copy the
 * numbers would take several times the memory, and the time that this takes.
 */
export class SummedEdge implements ViewEdge {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly totals: Numbers
  readonly ports: readonly number[]
  readonly portsTotal: number
  readonly duration: Edge['duration'] | undefined
  readonly connectTime: Edge['connectTime'] | undefined
  readonly estimated: true | undefined
  readonly told: true | undefined

  /**
   * @param isEstimated whether it is to say so
   * @param earlier the edge between the same nodes before, of which it takes what is costly to make and still holds
   */
  constructor(
    { id, source, target, ports, portsTotal, told }: EdgeFacts,
    totals: Numbers,
    isEstimated: boolean,
    earlier?: SummedEdge,
  ) {
    const { durations, connectTimes } = totals
    const before = earlier?.totals
    this.id = id
    this.source = source
    this.target = target
    this.totals = totals
    this.ports = ports
    this.portsTotal = portsTotal
    this.duration = sameHistogram(durations, before?.durations)
      ? earlier?.duration
      : durations && timesOf(durations)
    this.connectTime = sameHistogram(connectTimes, before?.connectTimes)
      ? earlier?.connectTime
      : connectTimes && timesOf(connectTimes)
    this.estimated = isEstimated ? true : undefined
    this.told = told
  }

  get open(): number {
    return this.totals.open
  }

  get opened(): number {
    return this.totals.opened
  }

  get closed(): number {
    return this.totals.closed
  }

  get failed(): number {
    return this.totals.failed
  }

  get failedBy(): Edge['failedBy'] | undefined {
    return this.totals.failed > 0 ? failureReasons(this.totals) : undefined
  }

  get abandoned(): number {
    return this.totals.abandoned
  }

  get reset(): number {
    return this.totals.resetByClient + this.totals.resetByServer
  }

  get resetBy(): Edge['resetBy'] | undefined {
    const { resetByClient: client, resetByServer: server } = this.totals
    return client + server > 0 ? { client, server } : undefined
  }

  get lost(): number {
    return this.totals.lost
  }

  get bytesSent(): number {
    return this.totals.bytesSent
  }

  get bytesReceived(): number {
    return this.totals.bytesReceived
  }

  get openedPerSecond(): number {
    return threeDigits(this.totals.openedPerSecond)
  }

  get failedPerSecond(): number {
    return threeDigits(this.totals.failedPerSecond)
  }

  get bytesSentPerSecond(): number {
    return threeDigits(this.totals.bytesSentPerSecond)
  }

  get bytesReceivedPerSecond(): number {
    return threeDigits(this.totals.bytesReceivedPerSecond)
  }

  get rttUs(): number | undefined {
    return this.totals.rttUs
  }

  get smoothedRttUs(): number | undefined {
    return this.totals.smoothedRttUs
  }

  get retransmits(): number {
    return this.totals.retransmits
  }

  get quietSeconds(): number | undefined {
    return this.totals.quietSeconds > 0 ? this.totals.quietSeconds : undefined
  }

  // Probes tell times with fractions; nobody is shown less than a millisecond.
  get firstSeenMs(): number {
    return Math.trunc(this.totals.firstSeenMs)
  }

  get lastSeenMs(): number {
    return Math.trunc(this.totals.lastSeenMs)
  }
}

/** Whether two edges say the same. Written out, because thousands are compared each second; what moves most comes first. */
export const sameEdge = (a: ViewEdge, b: ViewEdge): boolean =>
  a === b ||
  (a.lastSeenMs === b.lastSeenMs &&
    a.bytesSent === b.bytesSent &&
    a.bytesReceived === b.bytesReceived &&
    a.bytesSentPerSecond === b.bytesSentPerSecond &&
    a.bytesReceivedPerSecond === b.bytesReceivedPerSecond &&
    a.openedPerSecond === b.openedPerSecond &&
    a.failedPerSecond === b.failedPerSecond &&
    a.open === b.open &&
    a.opened === b.opened &&
    a.closed === b.closed &&
    a.failed === b.failed &&
    a.abandoned === b.abandoned &&
    a.reset === b.reset &&
    a.lost === b.lost &&
    a.retransmits === b.retransmits &&
    a.rttUs === b.rttUs &&
    a.smoothedRttUs === b.smoothedRttUs &&
    a.firstSeenMs === b.firstSeenMs &&
    a.quietSeconds === b.quietSeconds &&
    a.estimated === b.estimated &&
    a.told === b.told &&
    a.id === b.id &&
    a.source === b.source &&
    a.target === b.target &&
    a.portsTotal === b.portsTotal &&
    equalValues(a.ports, b.ports) &&
    equalValues(a.duration, b.duration) &&
    equalValues(a.connectTime, b.connectTime) &&
    equalValues(a.failedBy, b.failedBy) &&
    equalValues(a.resetBy, b.resetBy))

/** The earlier edge when both say the same, so that callers can detect changes by identity. */
export const keepIfSame = <T extends ViewEdge>(earlier: T | undefined, now: T): T =>
  earlier !== undefined && sameEdge(earlier, now) ? earlier : now

/** The number of failed connections by reason. */
const failureReasons = (totals: Numbers): NonNullable<Edge['failedBy']> => {
  const { refused, timedOut, unreachable, outOfPorts, failedOtherwise: other } = totals
  return { refused, timedOut, unreachable, outOfPorts, other }
}

/** The `failedBy` field of an edge or flow; empty when no connection failed. */
export const failedBy = (totals: Numbers): Pick<Edge, 'failedBy'> =>
  totals.failed === 0 ? {} : { failedBy: failureReasons(totals) }

/**
 * Rounds a rate to the three significant digits that are shown, so that noise beyond them does not make an edge look
 * changed.
 */
const threeDigits = (perSecond: number): number => {
  // By way of text it takes several times as long.
  if (perSecond >= 1 && perSecond < 10) return Math.round(perSecond * 100) / 100
  if (perSecond >= 10 && perSecond < 100) return Math.round(perSecond * 10) / 10
  if (perSecond >= 100 && perSecond < 1000) return Math.round(perSecond)
  if (perSecond >= 1000 && perSecond < 10_000) return 10 * Math.round(perSecond / 10)
  if (perSecond >= 10_000 && perSecond < 100_000) return 100 * Math.round(perSecond / 100)
  if (perSecond >= 100_000 && perSecond < 1_000_000) return 1000 * Math.round(perSecond / 1000)
  return perSecond === 0 ? 0 : Number(perSecond.toPrecision(3))
}
