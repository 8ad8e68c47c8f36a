import { addHistograms, type Histogram, sameHistogram, sumHistograms } from '../../report/histogram.ts'

/** Why connections failed. Their sum is `failed`. */
export const failureKeys = ['refused', 'timedOut', 'unreachable', 'outOfPorts', 'failedOtherwise'] as const

/** Whole numbers that can be added up: running totals, and the gauge `open`. */
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

/** Histograms of how long connections lasted, and of how long it took to connect. */
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

/** The numbers of the connections from one end to another. Bytes sent go from client to server. */
export type Numbers = Readonly<Record<CounterKey, number>> &
  Rates & {
    /** Undefined when nothing was measured. */
    readonly durations: Histogram | undefined
    readonly connectTimes: Histogram | undefined
    /**
     * The minimum round-trip time, in µs. For several connections it is the largest of their minima, because an
     * average would hide the slow one. Undefined when not measured.
     */
    readonly rttUs: number | undefined
    /** The smoothed round-trip time, in µs; of several connections the largest. Undefined when not measured. */
    readonly smoothedRttUs: number | undefined
    /** Ms since 1970 on the app's clock. */
    readonly firstSeenMs: number
    readonly lastSeenMs: number
    /**
     * For at least how many seconds nothing has happened, in steps ({@link quietSecondsOf}); 0 when the connections
     * are not idle.
     */
    readonly quietSeconds: number
    /** True when some of these numbers were split in proportion rather than counted. */
    readonly estimated: boolean
  }

/** Mutable numbers, to add others to. */
export type Totals = { -readonly [K in keyof Numbers]: Numbers[K] }

/** Adds the numbers of more connections, in place. */
export const addTo = (totals: Totals, more: Numbers): void => {
  addPlain(totals, more)
  totals.durations = addHistograms(totals.durations, more.durations)
  totals.connectTimes = addHistograms(totals.connectTimes, more.connectTimes)
}

/** The sum of the numbers of several. @param all at least one */
export const totalsOf = <One>(all: readonly One[], numbersOf: (one: One) => Numbers): Numbers => {
  const totals: Totals = { ...numbersOf(all[0] as One) }
  for (let i = 1; i < all.length; i++) addPlain(totals, numbersOf(all[i] as One))
  totals.durations = sumHistograms(all, (one) => numbersOf(one).durations)
  totals.connectTimes = sumHistograms(all, (one) => numbersOf(one).connectTimes)
  return totals
}

/**
 * Adds all but histograms. Written out field by field, because a view sums tens of thousands and a loop over the keys takes
 * three times as long.
 */
const addPlain = (totals: Totals, more: Numbers): void => {
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
  if (more.rttUs !== undefined) totals.rttUs = Math.max(totals.rttUs ?? 0, more.rttUs)
  if (more.smoothedRttUs !== undefined)
    totals.smoothedRttUs = Math.max(totals.smoothedRttUs ?? 0, more.smoothedRttUs)
  totals.firstSeenMs = Math.min(totals.firstSeenMs, more.firstSeenMs)
  totals.lastSeenMs = Math.max(totals.lastSeenMs, more.lastSeenMs)
  totals.quietSeconds = Math.min(totals.quietSeconds, more.quietSeconds)
  totals.estimated ||= more.estimated
}

/** Whether all numbers are alike. Written out like {@link addTo}; what moves most comes first. */
export const sameNumbers = (a: Numbers, b: Numbers): boolean =>
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
    a.refused === b.refused &&
    a.timedOut === b.timedOut &&
    a.unreachable === b.unreachable &&
    a.outOfPorts === b.outOfPorts &&
    a.failedOtherwise === b.failedOtherwise &&
    a.abandoned === b.abandoned &&
    a.resetByClient === b.resetByClient &&
    a.resetByServer === b.resetByServer &&
    a.lost === b.lost &&
    a.retransmits === b.retransmits &&
    a.rttUs === b.rttUs &&
    a.smoothedRttUs === b.smoothedRttUs &&
    a.firstSeenMs === b.firstSeenMs &&
    a.quietSeconds === b.quietSeconds &&
    a.estimated === b.estimated &&
    sameHistogram(a.durations, b.durations) &&
    sameHistogram(a.connectTimes, b.connectTimes))

/** How many failed, for whatever reason. */
export const failedOf = (numbers: Readonly<Record<(typeof failureKeys)[number], number>>): number =>
  failureKeys.reduce((sum, key) => sum + numbers[key], 0)

/** Whether anything was counted at all. */
export const tellsAnything = (numbers: Numbers): boolean =>
  counterKeys.some((key) => numbers[key] > 0) || histogramKeys.some((key) => numbers[key] !== undefined)

/** The same numbers with nothing counted or measured. */
export const nothingOf = (numbers: Numbers): Numbers => ({
  ...numbers,
  ...(Object.fromEntries([...counterKeys, ...rateKeys].map((key) => [key, 0])) as Record<
    CounterKey | RateKey,
    number
  >),
  durations: undefined,
  connectTimes: undefined,
  rttUs: undefined,
  smoothedRttUs: undefined,
})
