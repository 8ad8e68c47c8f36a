import { addHistograms, type Histogram, histogramTotal, quantileUs } from '../../../report/histogram.ts'
import type { histogramKeys } from '../../connections/numbers.ts'

/** Kinds of duration of connections. */
export type Timed = (typeof histogramKeys)[number]

const MINUTE_MS = 60_000
/** The latest minutes, which are compared with what came before. */
const RECENT_MINUTES = 3
/** Minutes between the two, which count as neither: it may have begun within them. */
const MINUTES = 5
/** Older minutes are kept together, this many in one. */
const SLOT_MINUTES = 5
const HOUR_MINUTES = 60

/** When times count as slower than those of the hour before. */
export const slowWhen = {
  /** So many were measured in the latest minutes, at least, and in two of these so many each. */
  recent: 50,
  eachMinute: 20,
  /** So many in the hour before, over so many parts of five minutes. */
  before: 200,
  beforeSlots: 3,
  /** Buckets of the histogram (each is twice the one before) between the medians: more than twice as long. */
  buckets: 2,
} as const

interface Part {
  /** Number of the minute, or of the five minutes, since 1970. */
  readonly at: number
  times: Histogram
}

/** Times that are slower than those of the hour before. */
export interface Slow {
  /** Beginning of the first minute that was slow: ms since 1970. */
  readonly sinceMs: number
  /** Medians, µs. */
  readonly nowUs: number
  readonly beforeUs: number
}

const bucketAt = ({ from, counts }: Histogram, share: number): number => {
  const rank = share * counts.reduce((sum, count) => sum + count, 0)
  let below = 0
  for (const [i, count] of counts.entries()) {
    below += count
    if (count > 0 && below >= rank) return from + i
  }
  return from + counts.length - 1
}

const sumOf = (parts: readonly Part[]): Histogram | undefined =>
  parts.reduce<Histogram | undefined>((sum, { times }) => addHistograms(sum, times), undefined)

/**
 * The last hour of one kind of duration, compactly: the latest minutes each by itself, those before in parts of five. Minutes that
 * are slow never become a part of what later ones are compared with, so what stays slow is told until that hour has passed.
 */
export class TimesHistory {
  readonly #floorBucket: number
  readonly #minutes: Part[] = []
  readonly #older: Part[] = []
  #slowSinceMs: number | undefined

  /** @param floorUs whatever takes less than this is never slow */
  constructor(floorUs: number) {
    this.#floorBucket = Math.ceil(Math.log2(floorUs))
  }

  /** @param times durations since the last call */
  add(times: Histogram, nowMs: number): void {
    this.#age(nowMs)
    put(this.#minutes, Math.floor(nowMs / MINUTE_MS), times)
  }

  /** Whether nothing was measured for an hour. */
  isEmpty(nowMs: number): boolean {
    this.#age(nowMs)
    return this.#minutes.length === 0 && this.#older.length === 0
  }

  /** Undefined when the latest minutes are not slower than the hour before, or there were too few to say so. */
  slow(nowMs: number): Slow | undefined {
    this.#age(nowMs)
    const minute = Math.floor(nowMs / MINUTE_MS)
    const latest = this.#minutes.filter(({ at }) => at > minute - RECENT_MINUTES)
    const [now, before] = [sumOf(latest), sumOf(this.#older)]
    const since = now && before && this.#slowSince(now, latest, before)
    this.#slowSinceMs = since === undefined ? undefined : (this.#slowSinceMs ?? since * MINUTE_MS)
    if (now === undefined || before === undefined || this.#slowSinceMs === undefined) return undefined
    return { sinceMs: this.#slowSinceMs, nowUs: quantileUs(now, 0.5), beforeUs: quantileUs(before, 0.5) }
  }

  /** The first slow minute of the latest ones; undefined when they are not slow. */
  #slowSince(now: Histogram, latest: readonly Part[], before: Histogram): number | undefined {
    if (histogramTotal(before) < slowWhen.before || this.#older.length < slowWhen.beforeSlots)
      return undefined
    const usual = bucketAt(before, 0.5)
    const isAsSlow = (times: Histogram, buckets: number): boolean =>
      bucketAt(times, 0.5) >= Math.max(usual + buckets, this.#floorBucket)
    // It goes on until half of them are as fast as before, so that it does not come and go.
    if (this.#slowSinceMs !== undefined) return isAsSlow(now, 1) ? latest[0]?.at : undefined
    const minutes = latest.filter(({ times }) => histogramTotal(times) >= slowWhen.eachMinute)
    const slow = minutes.filter(({ times }) => isAsSlow(times, slowWhen.buckets))
    const isSlow =
      histogramTotal(now) >= slowWhen.recent &&
      minutes.length >= 2 &&
      slow.slice(-2).at(0) === minutes.at(-2) &&
      slow.at(-1) === minutes.at(-1) &&
      isAsSlow(now, slowWhen.buckets) &&
      bucketAt(now, 0.5) > bucketAt(before, 0.95)
    return isSlow ? slow.at(-2)?.at : undefined
  }

  #age(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS)
    while (this.#minutes[0] !== undefined && this.#minutes[0].at <= minute - MINUTES) {
      const { at, times } = this.#minutes.shift() as Part
      if (this.#slowSinceMs === undefined || at * MINUTE_MS < this.#slowSinceMs)
        put(this.#older, Math.floor(at / SLOT_MINUTES), times)
    }
    while (this.#older[0] !== undefined && this.#older[0].at * SLOT_MINUTES < minute - HOUR_MINUTES)
      this.#older.shift()
  }
}

const put = (parts: Part[], at: number, times: Histogram): void => {
  const last = parts.at(-1)
  if (last?.at === at) last.times = addHistograms(last.times, times) ?? times
  else parts.push({ at, times })
}
