import { HISTOGRAM_BUCKETS, type Histogram } from '../../../report/histogram.ts'
import type { Half } from '../flow.ts'
import type { Numbers } from '../numbers.ts'

/** How many numbers there are besides histograms. */
const PLAIN = 19

/** Numbers that lie beside each other in a flat list, and are split in the same way. */
export interface Section {
  readonly from: number
  /** The first that is not among them. */
  readonly to: number
  /**
   * `connections` are those that are or were open, `past` what has ended or failed and the rates of connections,
   * `traffic` what was sent over them.
   */
  readonly kind: 'connections' | 'past' | 'traffic'
  /** Counters are split into whole numbers, rates into any. */
  readonly are: 'counters' | 'rates'
}

const PLAIN_SECTIONS: readonly Section[] = [
  { from: 0, to: 2, kind: 'connections', are: 'counters' },
  { from: 2, to: 12, kind: 'past', are: 'counters' },
  { from: 12, to: 14, kind: 'past', are: 'rates' },
  { from: 14, to: 17, kind: 'traffic', are: 'counters' },
  { from: 17, to: PLAIN, kind: 'traffic', are: 'rates' },
]

/** The sections of a list by how many buckets it has. */
const SECTIONS = Array.from({ length: 1 + 2 * HISTOGRAM_BUCKETS }, (_, buckets): readonly Section[] =>
  buckets === 0
    ? PLAIN_SECTIONS
    : [...PLAIN_SECTIONS, { from: PLAIN, to: PLAIN + buckets, kind: 'past', are: 'counters' }],
)

/** Buckets of a histogram that lie beside each other. */
interface Buckets {
  /** Absolute index of the first of them. */
  readonly bucket: number
  /** Where that lies. */
  readonly from: number
  /** Where the first lies that is not among them. */
  readonly to: number
}

/**
 * How the numbers of halves that are to be split lie one after the other in a flat list: the plain ones, then the
 * buckets of both histograms that any of the tellers has. How many connections failed is not among them, since it is the
 * sum of the reasons.
 */
export class Layout {
  /** How many numbers there are of each. */
  readonly size: number
  readonly sections: readonly Section[]
  readonly #durations: Buckets
  readonly #connectTimes: Buckets

  constructor(tellers: readonly Half[]) {
    this.#durations = bucketsOf(tellers, 'durations', PLAIN)
    this.#connectTimes = bucketsOf(tellers, 'connectTimes', this.#durations.to)
    this.size = this.#connectTimes.to
    this.sections = SECTIONS[this.size - PLAIN] ?? PLAIN_SECTIONS
  }

  /** A list with room for so many, of which nothing is counted. */
  empty(count: number): Float64Array {
    return new Float64Array(count * this.size)
  }

  /**
   * Lays out the numbers of halves, one half after the other.
   *
   * @param all a list of zeros with room for them
   */
  of(halves: readonly Half[], all: Float64Array = this.empty(halves.length)): ArrayLike<number> {
    let at = 0
    for (const { numbers } of halves) {
      all[at] = numbers.open
      all[at + 1] = numbers.opened
      all[at + 2] = numbers.closed
      all[at + 3] = numbers.refused
      all[at + 4] = numbers.timedOut
      all[at + 5] = numbers.unreachable
      all[at + 6] = numbers.outOfPorts
      all[at + 7] = numbers.failedOtherwise
      all[at + 8] = numbers.abandoned
      all[at + 9] = numbers.resetByClient
      all[at + 10] = numbers.resetByServer
      all[at + 11] = numbers.lost
      all[at + 12] = numbers.openedPerSecond
      all[at + 13] = numbers.failedPerSecond
      all[at + 14] = numbers.bytesSent
      all[at + 15] = numbers.bytesReceived
      all[at + 16] = numbers.retransmits
      all[at + 17] = numbers.bytesSentPerSecond
      all[at + 18] = numbers.bytesReceivedPerSecond
      putBuckets(numbers.durations, this.#durations, all, at)
      putBuckets(numbers.connectTimes, this.#connectTimes, all, at)
      at += this.size
    }
    return all
  }

  /** Whether anything was counted, of the numbers that lie from one place of a list on. */
  tellsAnything(from: ArrayLike<number>, at: number): boolean {
    for (const { from: first, to, are } of this.sections)
      if (are === 'counters') for (let k = at + first; k < at + to; k++) if ((from[k] ?? 0) > 0) return true
    return false
  }

  /**
   * The numbers of the connections between a teller and another half: those that lie from one place of a list on, and what
   * cannot be split.
   *
   * @param earlier numbers of which the histograms are taken where they have the same counts. They are kept for as long as nothing
   *   else is told, and seldom change
   */
  numbersOf(
    teller: Half,
    other: Half,
    from: ArrayLike<number>,
    at: number,
    isEstimated: boolean,
    earlier?: Numbers,
  ): Numbers {
    const { rttUs, smoothedRttUs, firstSeenMs, lastSeenMs, quietSeconds, estimated } = teller.numbers
    const count = (k: number): number => counterAt(from, at + k)
    const rate = (k: number): number => from[at + k] ?? 0
    return {
      open: count(0),
      opened: count(1),
      closed: count(2),
      failed: count(3) + count(4) + count(5) + count(6) + count(7),
      refused: count(3),
      timedOut: count(4),
      unreachable: count(5),
      outOfPorts: count(6),
      failedOtherwise: count(7),
      abandoned: count(8),
      resetByClient: count(9),
      resetByServer: count(10),
      lost: count(11),
      bytesSent: count(14),
      bytesReceived: count(15),
      retransmits: count(16),
      openedPerSecond: rate(12),
      failedPerSecond: rate(13),
      bytesSentPerSecond: rate(17),
      bytesReceivedPerSecond: rate(18),
      durations: histogramIn(from, at, this.#durations, earlier?.durations),
      connectTimes: histogramIn(from, at, this.#connectTimes, earlier?.connectTimes),
      rttUs,
      smoothedRttUs,
      firstSeenMs,
      lastSeenMs,
      // Connections between two halves are idle if either half is.
      quietSeconds: count(0) > 0 ? 0 : Math.max(quietSeconds, other.numbers.quietSeconds),
      estimated: estimated || isEstimated,
    }
  }
}

const bucketsOf = (halves: readonly Half[], key: 'durations' | 'connectTimes', from: number): Buckets => {
  let [first, end] = [Number.POSITIVE_INFINITY, 0]
  for (const { numbers } of halves) {
    const histogram = numbers[key]
    if (histogram === undefined) continue
    first = Math.min(first, histogram.from)
    end = Math.max(end, histogram.from + histogram.counts.length)
  }
  return end === 0 ? { bucket: 0, from, to: from } : { bucket: first, from, to: from + end - first }
}

const putBuckets = (
  histogram: Histogram | undefined,
  { bucket, from, to }: Buckets,
  into: Float64Array,
  at: number,
): void => {
  if (histogram === undefined) return
  const { counts } = histogram
  const shift = histogram.from - bucket
  const end = Math.min(counts.length, to - from - shift)
  for (let k = Math.max(0, -shift); k < end; k++) into[at + from + shift + k] = counts[k] ?? 0
}

const histogramIn = (
  counts: ArrayLike<number>,
  at: number,
  { bucket, from, to }: Buckets,
  earlier: Histogram | undefined,
): Histogram | undefined => {
  let [first, end] = [at + from, at + to]
  while (first < end && counts[first] === 0) first++
  if (first === end) return undefined
  while (counts[end - 1] === 0) end--
  const firstBucket = bucket + first - at - from
  if (earlier?.from === firstBucket && isCounted(earlier.counts, counts, first, end)) return earlier
  const shown = new Array<number>(end - first)
  for (let k = first; k < end; k++) shown[k - first] = counterAt(counts, k)
  return { from: firstBucket, counts: shown }
}

/** Whether these are the counts of a list from one place on until another. */
const isCounted = (
  shown: readonly number[],
  counts: ArrayLike<number>,
  first: number,
  end: number,
): boolean => {
  if (shown.length !== end - first) return false
  for (let k = first; k < end; k++) if (shown[k - first] !== counts[k]) return false
  return true
}

/** A counter of a list. As a double it would take twice the memory in an object; a small one is made an integer again. */
const counterAt = (from: ArrayLike<number>, at: number): number => {
  const value = from[at] ?? 0
  const small = value | 0
  return small === value ? small : value
}
