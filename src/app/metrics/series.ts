import { type MemoryBudget, SampleRing, type TimedSample } from './sample-ring.ts'

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

/** Memory of a series apart from its samples: objects and array headers. */
const FIXED_BYTES = 1024

const boundless: MemoryBudget = { take: () => true }

/**
 * The samples of one metric of one node: all of the last five minutes, and one per 30 s of the last hour with mean and
 * maximum.
 *
 * It takes 1 kB plus samples. After an hour those are 4 kB + 1.4 kB for a metric sampled every second, and 0.5 kB + 1.4
 * kB for one sampled every five seconds, as for processes.
 */
export class Series {
  readonly #recent: SampleRing
  readonly #thinned: SampleRing
  #slot = { number: -Infinity, lastMs: 0, count: 0, sum: 0, max: 0 }

  /** @param budget where memory for the samples is taken from; unlimited by default */
  constructor(budget: MemoryBudget = boundless) {
    this.#recent = new SampleRing({ historyMs: HISTORY_MS, capacity: MAX_RECENT, withMax: false }, budget)
    this.#thinned = new SampleRing(
      { historyMs: LONG_HISTORY_MS, capacity: MAX_THINNED, withMax: true },
      budget,
    )
  }

  /** Creates a series that takes its memory from a budget; undefined when the budget is used up. */
  static within(budget: MemoryBudget): Series | undefined {
    return budget.take(FIXED_BYTES) ? new Series(budget) : undefined
  }

  /** Bytes taken from the budget. */
  get sizeBytes(): number {
    return FIXED_BYTES + this.#recent.sizeBytes + this.#thinned.sizeBytes
  }

  /** Adds a sample. One that is not newer than the last, or follows too closely, is ignored. */
  add(atMs: number, value: number): void {
    if (atMs - this.#recent.newestMs < MIN_SPACING_MS) return
    this.#recent.push(atMs, value, value)
    const number = Math.floor(atMs / THINNED_MS)
    if (number !== this.#slot.number) {
      if (this.#slot.count > 0) this.#thinned.push(this.#slot.lastMs, this.#mean, this.#slot.max)
      this.#slot = { number, lastMs: atMs, count: 0, sum: 0, max: -Infinity }
    }
    this.#slot.lastMs = atMs
    this.#slot.count += 1
    this.#slot.sum += value
    this.#slot.max = Math.max(this.#slot.max, value)
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
    const { lastMs, count, max } = this.#slot
    if (count === 0) return []
    return [...this.#thinned.samples(lastMs), { atMs: lastMs, value: this.#mean, max }]
  }

  get #mean(): number {
    return this.#slot.sum / this.#slot.count
  }
}
