import { type RecordNumber, Records } from './records.ts'
import { type MemoryBudget, SampleBlocks } from './sample-blocks.ts'
import {
  DOUBLES_OF_RING,
  INTS_OF_RING,
  type RingFields,
  type RingOptions,
  SampleRings,
  type TimedSample,
} from './sample-ring.ts'

export type { TimedSample } from './sample-ring.ts'

/** How far back every sample is kept. */
export const HISTORY_MS = 5 * 60_000

/** How far back thinned samples are kept. */
export const LONG_HISTORY_MS = 60 * 60_000

/** Time that one thinned sample stands for. */
export const THINNED_MS = 30_000

const MAX_RECENT = 600
const MAX_THINNED = LONG_HISTORY_MS / THINNED_MS
/** Samples closer together than this are dropped: reports repeat samples, and some collectors sample whenever asked. */
const MIN_SPACING_MS = HISTORY_MS / MAX_RECENT

const recent: RingOptions = { historyMs: HISTORY_MS, capacity: MAX_RECENT, withMax: false }
const thinned: RingOptions = { historyMs: LONG_HISTORY_MS, capacity: MAX_THINNED, withMax: true }

/** Memory of a series apart from its samples: its record, and its place among the metrics of its node. */
const FIXED_BYTES = 250

const ofRecent: RingFields = { firstDouble: 0, firstInt: 0 }
const ofThinned: RingFields = { firstDouble: DOUBLES_OF_RING, firstInt: INTS_OF_RING }
// What came in the time that the next thinned sample stands for: when the newest came, their sum, the largest, how many, and which time that is,
// as it was when the first came: it stays the same although samples are dated otherwise later.
const LAST_MS = 2 * DOUBLES_OF_RING
const SUM = LAST_MS + 1
const MAX = LAST_MS + 2
const COUNT = 2 * INTS_OF_RING
const SLOT = COUNT + 1

const boundless: MemoryBudget = { take: () => true, give: () => {} }

/** A series of {@link AllSeries}, by its number. */
export type SeriesNumber = RecordNumber

/**
 * Samples of many series. Each is one metric of one node: all of the last five minutes, and one per 30 s of the last hour with mean and
 * maximum.
 *
 * A series takes 0.25 kB plus samples. After an hour those are 2.6 kB + 1.7 kB for a metric sampled every second, and 0.6 kB + 1.7
 * kB for one sampled every five seconds, as for processes.
 */
export class AllSeries {
  readonly #budget: MemoryBudget
  readonly #records = new Records(MAX + 1, SLOT + 1)
  readonly #recent: SampleRings
  readonly #thinned: SampleRings

  /** @param budget where all memory is taken from; unlimited by default */
  constructor(budget: MemoryBudget = boundless) {
    this.#budget = budget
    this.#recent = new SampleRings(recent, new SampleBlocks(recent.withMax, budget), this.#records, ofRecent)
    this.#thinned = new SampleRings(
      thinned,
      new SampleBlocks(thinned.withMax, budget),
      this.#records,
      ofThinned,
    )
  }

  /** Begins an empty series; undefined when the budget is used up. */
  begin(): SeriesNumber | undefined {
    return this.#budget.take(FIXED_BYTES) ? this.#records.take() : undefined
  }

  /** Bytes that a series has taken from the budget. */
  sizeBytes(series: SeriesNumber): number {
    return FIXED_BYTES + this.#recent.sizeBytes(series) + this.#thinned.sizeBytes(series)
  }

  /** Adds a sample. One that is not newer than the last, or follows too closely, is ignored. */
  add(series: SeriesNumber, atMs: number, value: number): void {
    if (atMs - this.#recent.newestMs(series) < MIN_SPACING_MS) return
    this.#recent.push(series, atMs, value, value)
    const records = this.#records
    const count = records.int(series, COUNT)
    const lastMs = records.double(series, LAST_MS)
    const slot = slotOf(atMs)
    const goesOn = count > 0 && slot === records.int(series, SLOT) && atMs - lastMs < THINNED_MS
    if (count > 0 && !goesOn)
      this.#thinned.push(series, lastMs, this.#mean(series), records.double(series, MAX))
    records.setDouble(series, LAST_MS, atMs)
    records.setInt(series, COUNT, goesOn ? count + 1 : 1)
    records.setInt(series, SLOT, slot)
    records.setDouble(series, SUM, (goesOn ? records.double(series, SUM) : 0) + value)
    records.setDouble(series, MAX, goesOn ? Math.max(records.double(series, MAX), value) : value)
  }

  /** Samples of the last {@link HISTORY_MS} before the newest, oldest first. */
  samples(series: SeriesNumber): TimedSample[] {
    return this.#recent.samples(series)
  }

  /**
   * Samples of the last {@link LONG_HISTORY_MS}, one per {@link THINNED_MS}, oldest first. Each is dated at the newest
   * sample it stands for.
   */
  thinned(series: SeriesNumber): TimedSample[] {
    const records = this.#records
    if (records.int(series, COUNT) === 0) return []
    const atMs = records.double(series, LAST_MS)
    const last = { atMs, value: this.#mean(series), max: records.double(series, MAX) }
    return [...this.#thinned.samples(series, atMs), last]
  }

  /** Dates all samples of a series later by so much, or earlier if it is negative. */
  redate(series: SeriesNumber, byMs: number): void {
    this.#recent.redate(series, byMs)
    this.#thinned.redate(series, byMs)
    this.#records.setDouble(series, LAST_MS, this.#records.double(series, LAST_MS) + byMs)
  }

  /** Gives the memory of a series back. Its number may then be that of another. */
  release(series: SeriesNumber): void {
    this.#recent.release(series)
    this.#thinned.release(series)
    this.#records.give(series)
    this.#budget.give(FIXED_BYTES)
  }

  #mean(series: SeriesNumber): number {
    return this.#records.double(series, SUM) / this.#records.int(series, COUNT)
  }
}

/** The time, in steps, that a thinned sample of this moment stands for. */
const slotOf = (atMs: number): number => Math.floor(atMs / THINNED_MS)
