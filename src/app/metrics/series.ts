import { type MemoryBudget, SampleRing, type TimedSample } from './sample-ring.ts'

export type { TimedSample } from './sample-ring.ts'

/** How far back every sample is kept. */
export const HISTORY_MS = 5 * 60_000

/** How far back thinned samples are kept. */
export const LONG_HISTORY_MS = 60 * 60_000

/** One thinned sample stands for so much time. */
export const THINNED_MS = 30_000

const MAX_RECENT = 600
const MAX_THINNED = LONG_HISTORY_MS / THINNED_MS
/** Reports repeat samples, and some collectors sample whenever asked: nothing closer than this is told apart. */
const MIN_SPACING_MS = HISTORY_MS / MAX_RECENT

/** What a series takes beside its samples: the objects, and heads of the arrays. */
const FIXED_BYTES = 1024

const boundless: MemoryBudget = { take: () => true }

/**
 * The samples of one metric of one node: each of the last five minutes, and of the last hour one for every 30 s, with
 * their mean and their largest value.
 *
 * It takes 1 kB, and beyond that after an hour: sampled every second 4 kB + 1.4 kB; every five seconds, as processes are,
 * 0.5 kB + 1.4 kB.
 */
export class Series {
  readonly #recent: SampleRing
  readonly #thinned: SampleRing
  #slot = { number: -Infinity, lastMs: 0, count: 0, sum: 0, max: 0 }

  /** @param budget what its samples are stored from; without one, each keeps all that it may */
  constructor(budget: MemoryBudget = boundless) {
    this.#recent = new SampleRing({ historyMs: HISTORY_MS, capacity: MAX_RECENT, withMax: false }, budget)
    this.#thinned = new SampleRing(
      { historyMs: LONG_HISTORY_MS, capacity: MAX_THINNED, withMax: true },
      budget,
    )
  }

  /** A series within a budget; undefined when there is nothing left for another. */
  static within(budget: MemoryBudget): Series | undefined {
    return budget.take(FIXED_BYTES) ? new Series(budget) : undefined
  }

  /** Bytes taken from the budget. */
  get sizeBytes(): number {
    return FIXED_BYTES + this.#recent.sizeBytes + this.#thinned.sizeBytes
  }

  /** Adds a sample newer than all held; one that is not, or comes too soon after, is passed over. */
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
   * Samples of the last {@link LONG_HISTORY_MS}, one for every {@link THINNED_MS}, oldest first; each has the date of the
   * newest it stands for.
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
