import { addHistograms, type Histogram, sameHistogram } from '../../report/histogram.ts'

/** Why connections failed. Their sum is `failed`. */
export const failureKeys = ['refused', 'timedOut', 'unreachable', 'outOfPorts', 'failedOtherwise'] as const

/** The running totals of connections, and the gauge `open`: whole numbers that add up. */
export const counterKeys = [
  'open',
  'opened',
  'closed',
  'failed',
  ...failureKeys,
  'abandoned',
  'resetByClient',
  'resetByServer',
  'lost',
  'bytesSent',
  'bytesReceived',
  'retransmits',
] as const

/** How long things took. */
export const histogramKeys = ['durations', 'connectTimes'] as const

/** Changes per second, from two reports. */
export const rateKeys = [
  'openedPerSecond',
  'failedPerSecond',
  'bytesSentPerSecond',
  'bytesReceivedPerSecond',
] as const

export type CounterKey = (typeof counterKeys)[number]
export type RateKey = (typeof rateKeys)[number]
export type Rates = Readonly<Record<RateKey, number>>

/** What is known in numbers of some connections from one end to another. Bytes sent go from client to server. */
export type Numbers = Readonly<Record<CounterKey, number>> &
  Rates & {
    /** Undefined = nothing was measured. */
    readonly durations: Histogram | undefined
    readonly connectTimes: Histogram | undefined
    /**
     * The shortest round trip; of several connections that of the slowest: an average would hide the one that hurts.
     * Undefined = not measured.
     */
    readonly rttUs: number | undefined
    /** The smoothed one, likewise. */
    readonly smoothedRttUs: number | undefined
    /** Ms since 1970 on the app's clock. */
    readonly firstSeenMs: number
    readonly lastSeenMs: number
    /** For so long at least nothing has happened, in steps ({@link quietSecondsOf}); 0 = it goes on. */
    readonly quietSeconds: number
    /** Some were split in proportion, not counted. */
    readonly estimated: boolean
  }

/** Numbers that others are added to. */
export type Totals = { -readonly [K in keyof Numbers]: Numbers[K] }

/**
 * Adds the numbers of more connections, in place. A view sums tens of thousands at a time: written out, it takes a third of
 * what it takes key by key.
 */
export const addTo = (totals: Totals, more: Numbers): void => {
  totals.open += more.open
  totals.opened += more.opened
  totals.closed += more.closed
  totals.failed += more.failed
  totals.refused += more.refused
  totals.timedOut += more.timedOut
  totals.unreachable += more.unreachable
  totals.outOfPorts += more.outOfPorts
  totals.failedOtherwise += more.failedOtherwise
  totals.abandoned += more.abandoned
  totals.resetByClient += more.resetByClient
  totals.resetByServer += more.resetByServer
  totals.lost += more.lost
  totals.bytesSent += more.bytesSent
  totals.bytesReceived += more.bytesReceived
  totals.retransmits += more.retransmits
  totals.openedPerSecond += more.openedPerSecond
  totals.failedPerSecond += more.failedPerSecond
  totals.bytesSentPerSecond += more.bytesSentPerSecond
  totals.bytesReceivedPerSecond += more.bytesReceivedPerSecond
  totals.durations = addHistograms(totals.durations, more.durations)
  totals.connectTimes = addHistograms(totals.connectTimes, more.connectTimes)
  if (more.rttUs !== undefined) totals.rttUs = Math.max(totals.rttUs ?? 0, more.rttUs)
  if (more.smoothedRttUs !== undefined)
    totals.smoothedRttUs = Math.max(totals.smoothedRttUs ?? 0, more.smoothedRttUs)
  totals.firstSeenMs = Math.min(totals.firstSeenMs, more.firstSeenMs)
  totals.lastSeenMs = Math.max(totals.lastSeenMs, more.lastSeenMs)
  totals.quietSeconds = Math.min(totals.quietSeconds, more.quietSeconds)
  totals.estimated ||= more.estimated
}

/** Whether all numbers are alike. */
export const sameNumbers = (a: Numbers, b: Numbers): boolean =>
  counterKeys.every((key) => a[key] === b[key]) &&
  rateKeys.every((key) => a[key] === b[key]) &&
  sameHistogram(a.durations, b.durations) &&
  sameHistogram(a.connectTimes, b.connectTimes) &&
  a.rttUs === b.rttUs &&
  a.smoothedRttUs === b.smoothedRttUs &&
  a.firstSeenMs === b.firstSeenMs &&
  a.lastSeenMs === b.lastSeenMs &&
  a.quietSeconds === b.quietSeconds &&
  a.estimated === b.estimated

/** How many failed, for whatever reason. */
export const failedOf = (numbers: Readonly<Record<(typeof failureKeys)[number], number>>): number =>
  failureKeys.reduce((sum, key) => sum + numbers[key], 0)

/** Whether anything was counted at all. */
export const tellsAnything = (numbers: Numbers): boolean =>
  counterKeys.some((key) => numbers[key] > 0) || histogramKeys.some((key) => numbers[key] !== undefined)
