/** One sample on the app's clock (ms since 1970). */
export interface TimedSample {
  readonly atMs: number
  readonly value: number
}

/** How far back samples are kept. */
export const HISTORY_MS = 5 * 60_000

const FIRST_CAPACITY = 16
const MAX_CAPACITY = 600
/** Reports repeat samples, and some collectors sample whenever asked: nothing closer than this is told apart. */
const MIN_SPACING_MS = HISTORY_MS / MAX_CAPACITY

/** The newest samples of one metric of one node: a ring that grows to what five minutes need, and no further. */
export class Series {
  #times = new Float64Array(FIRST_CAPACITY)
  #values = new Float64Array(FIRST_CAPACITY)
  #next = 0
  #size = 0

  /** When the newest sample was taken; -Infinity when there is none. */
  get newestMs(): number {
    return this.#size === 0 ? -Infinity : (this.#times[this.#index(this.#size - 1)] as number)
  }

  /** Adds a sample newer than all held; one that is not, or comes too soon after, is passed over. */
  add(atMs: number, value: number): void {
    if (atMs - this.newestMs < MIN_SPACING_MS) return
    if (this.#size === this.#times.length && this.#size < MAX_CAPACITY && !this.#oldestIsOver(atMs))
      this.#grow()
    this.#times[this.#next] = atMs
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % this.#times.length
    this.#size = Math.min(this.#size + 1, this.#times.length)
  }

  /** Samples of the last {@link HISTORY_MS} before the newest, oldest first. */
  samples(): TimedSample[] {
    const all = Array.from({ length: this.#size }, (_, age) => {
      const index = this.#index(age)
      return { atMs: this.#times[index] as number, value: this.#values[index] as number }
    })
    return all.filter(({ atMs }) => atMs > this.newestMs - HISTORY_MS)
  }

  #index(age: number): number {
    return (this.#next - this.#size + age + this.#times.length) % this.#times.length
  }

  #oldestIsOver(nowMs: number): boolean {
    return (this.#times[this.#index(0)] as number) <= nowMs - HISTORY_MS
  }

  #grow(): void {
    const all = this.samples()
    const capacity = Math.min(MAX_CAPACITY, 2 * this.#times.length)
    this.#times = new Float64Array(capacity)
    this.#values = new Float64Array(capacity)
    for (const [index, { atMs, value }] of all.entries()) {
      this.#times[index] = atMs
      this.#values[index] = value
    }
    this.#size = all.length
    this.#next = all.length % capacity
  }
}
