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

/** The numbers of two sets of connections together. */
export const addNumbers = (a: Numbers, b: Numbers): Numbers => ({
  open: a.open + b.open,
  opened: a.opened + b.opened,
  closed: a.closed + b.closed,
  failed: a.failed + b.failed,
  abandoned: a.abandoned + b.abandoned,
  bytesSent: a.bytesSent + b.bytesSent,
  bytesReceived: a.bytesReceived + b.bytesReceived,
  retransmits: a.retransmits + b.retransmits,
  openedPerSecond: a.openedPerSecond + b.openedPerSecond,
  failedPerSecond: a.failedPerSecond + b.failedPerSecond,
  bytesSentPerSecond: a.bytesSentPerSecond + b.bytesSentPerSecond,
  bytesReceivedPerSecond: a.bytesReceivedPerSecond + b.bytesReceivedPerSecond,
  rttUs: slower(a.rttUs, b.rttUs),
  firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
  lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
  estimated: a.estimated || b.estimated,
})

const slower = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a
