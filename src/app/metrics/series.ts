import { type MemoryBudget, SampleBlocks } from './sample-blocks.ts'
import { type RingOptions, SampleRing, type TimedSample } from './sample-ring.ts'

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

/** Memory of a series apart from its samples: objects, and its place among the metrics of its node. */
const FIXED_BYTES = 400

const boundless: MemoryBudget = { take: () => true, give: () => {} }

/** Where many series have their samples. */
export class SeriesMemory {
  readonly budget: MemoryBudget
  readonly recent: SampleBlocks
  readonly thinned: SampleBlocks

  /** @param budget where all memory is taken from; unlimited by default */
  constructor(budget: MemoryBudget = boundless) {
    this.budget = budget
    this.recent = new SampleBlocks(recent.withMax, budget)
    this.thinned = new SampleBlocks(thinned.withMax, budget)
  }
}

/**
 * The samples of one metric of one node: all of the last five minutes, and one per 30 s of the last hour with mean and
 * maximum.
 *
 * It takes 0.4 kB plus samples. After an hour those are 2.6 kB + 1.7 kB for a metric sampled every second, and 0.6 kB + 1.7
 * kB for one sampled every five seconds, as for processes.
 */
export class Series {
  readonly #memory: SeriesMemory
  readonly #recent: SampleRing
  readonly #thinned: SampleRing
  /** The time that the next thinned sample stands for, and what came in it. */
  #slot = -Infinity
  #lastMs = 0
  #count = 0
  #sum = 0
  #max = -Infinity

  private constructor(memory: SeriesMemory) {
    this.#memory = memory
    this.#recent = new SampleRing(recent, memory.recent)
    this.#thinned = new SampleRing(thinned, memory.thinned)
  }

  /** Creates a series that takes its memory from that of many; undefined when the budget of that is used up. */
  static within(memory: SeriesMemory): Series | undefined {
    return memory.budget.take(FIXED_BYTES) ? new Series(memory) : undefined
  }

  /** Bytes taken from the budget. */
  get sizeBytes(): number {
    return FIXED_BYTES + this.#recent.sizeBytes + this.#thinned.sizeBytes
  }

  /** Adds a sample. One that is not newer than the last, or follows too closely, is ignored. */
  add(atMs: number, value: number): void {
    if (atMs - this.#recent.newestMs < MIN_SPACING_MS) return
    this.#recent.push(atMs, value, value)
    const slot = Math.floor(atMs / THINNED_MS)
    if (slot !== this.#slot) {
      if (this.#count > 0) this.#thinned.push(this.#lastMs, this.#mean, this.#max)
      this.#slot = slot
      this.#count = 0
      this.#sum = 0
      this.#max = -Infinity
    }
    this.#lastMs = atMs
    this.#count += 1
    this.#sum += value
    this.#max = Math.max(this.#max, value)
  }

  /** Samples of the last {@link HISTORY_MS} before the newest, oldest first. */
  samples(): TimedSample[] {
    return this.#recent.samples()
  }

  /**
   * Samples of the last {@link LONG_HISTORY_MS}, one per {@link THINNED_MS}, oldest first. Each is dated at the newest
   * sample it stands for.
   */
  thinned(): TimedSample[] {
    if (this.#count === 0) return []
    return [...this.#thinned.samples(this.#lastMs), { atMs: this.#lastMs, value: this.#mean, max: this.#max }]
  }

  /** Dates all samples later by so much, or earlier if it is negative. */
  redate(byMs: number): void {
    this.#recent.redate(byMs)
    this.#thinned.redate(byMs)
    this.#lastMs += byMs
    if (this.#count > 0) this.#slot = Math.floor(this.#lastMs / THINNED_MS)
  }

  /** Gives its memory back. Do not use it any more. */
  release(): void {
    this.#recent.release()
    this.#thinned.release()
    this.#memory.budget.give(FIXED_BYTES)
  }

  get #mean(): number {
    return this.#sum / this.#count
  }
}
