/** The running totals of connections, and the gauge `open`: whole numbers that add up. */
export const counterKeys = [
  'open',
  'opened',
  'closed',
  'failed',
  'abandoned',
  'bytesSent',
  'bytesReceived',
  'retransmits',
] as const

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
    /** Of several connections, the slowest: an average would hide the one that hurts. Undefined = not measured. */
    readonly rttUs: number | undefined
    /** Ms since 1970 on the app's clock. */
    readonly firstSeenMs: number
    readonly lastSeenMs: number
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
  totals.abandoned += more.abandoned
  totals.bytesSent += more.bytesSent
  totals.bytesReceived += more.bytesReceived
  totals.retransmits += more.retransmits
  totals.openedPerSecond += more.openedPerSecond
  totals.failedPerSecond += more.failedPerSecond
  totals.bytesSentPerSecond += more.bytesSentPerSecond
  totals.bytesReceivedPerSecond += more.bytesReceivedPerSecond
  if (more.rttUs !== undefined) totals.rttUs = Math.max(totals.rttUs ?? 0, more.rttUs)
  totals.firstSeenMs = Math.min(totals.firstSeenMs, more.firstSeenMs)
  totals.lastSeenMs = Math.max(totals.lastSeenMs, more.lastSeenMs)
  totals.estimated ||= more.estimated
}

/** Whether all numbers are alike. */
export const sameNumbers = (a: Numbers, b: Numbers): boolean =>
  counterKeys.every((key) => a[key] === b[key]) &&
  rateKeys.every((key) => a[key] === b[key]) &&
  a.rttUs === b.rttUs &&
  a.firstSeenMs === b.firstSeenMs &&
  a.lastSeenMs === b.lastSeenMs &&
  a.estimated === b.estimated
