/** One sample, dated on the app's clock (ms since 1970). */
export interface TimedSample {
  readonly atMs: number
  readonly value: number
  /** Largest value, when the sample stands for several; `value` is then their mean. */
  readonly max?: number
}

/** Memory budget shared by many rings. */
export interface MemoryBudget {
  /** Takes bytes from the budget; false when not enough are left. */
  take(sizeBytes: number): boolean
}

/** What a {@link SampleRing} keeps. */
export interface RingOptions {
  /** How far back samples are kept, counted from the newest. */
  readonly historyMs: number
  /** Most samples to keep. */
  readonly capacity: number
  /** Whether each sample has a `max`. */
  readonly withMax: boolean
}

const NO_OFFSETS = new Uint32Array(0)
const NO_VALUES = new Float32Array(0)
const FIRST_CAPACITY = 16
const OFFSET_BYTES = 4
const VALUE_BYTES = 4
const MAX_OFFSET_MS = 0xff_ff_ff_ff

/**
 * A ring buffer of the newest samples, in typed arrays that grow on demand within a budget. A sample takes 8 bytes (12
 * with `max`): its time in ms since a base, and 32-bit floats for its values, which gives about seven digits. When the
 * budget is used up, the ring stops growing and overwrites its oldest samples earlier.
 */
export class SampleRing {
  readonly #options: RingOptions
  readonly #budget: MemoryBudget
  #baseMs = 0
  #offsets = NO_OFFSETS
  #values = NO_VALUES
  #maxima = NO_VALUES
  #next = 0
  #size = 0

  constructor(options: RingOptions, budget: MemoryBudget) {
    this.#options = options
    this.#budget = budget
  }

  /** When the newest sample was taken; -Infinity when there is none. */
  get newestMs(): number {
    return this.#size === 0 ? -Infinity : this.#atMs(this.#size - 1)
  }

  /** Bytes taken from the budget. */
  get sizeBytes(): number {
    return this.#offsets.length * this.#sampleBytes
  }

  /** Adds a sample, which must be newer than all held. */
  push(atMs: number, value: number, max: number): void {
    if (this.#size === this.#offsets.length && !this.#oldestIsOver(atMs)) this.#grow()
    if (this.#offsets.length === 0) return
    if (this.#size === 0) this.#baseMs = atMs
    if (atMs - this.#baseMs > MAX_OFFSET_MS) this.#moveBase(atMs - this.#options.historyMs)
    this.#offsets[this.#next] = atMs - this.#baseMs
    this.#values[this.#next] = value
    if (this.#options.withMax) this.#maxima[this.#next] = max
    this.#next = (this.#next + 1) % this.#offsets.length
    this.#size = Math.min(this.#size + 1, this.#offsets.length)
  }

  /** Samples of the `historyMs` before `untilMs`, oldest first. */
  samples(untilMs = this.newestMs): TimedSample[] {
    const all: TimedSample[] = []
    for (let age = 0; age < this.#size; age += 1) {
      const atMs = this.#atMs(age)
      if (atMs <= untilMs - this.#options.historyMs) continue
      const index = this.#index(age)
      const value = sevenDigits(this.#values[index] as number)
      all.push(
        this.#options.withMax
          ? { atMs, value, max: sevenDigits(this.#maxima[index] as number) }
          : { atMs, value },
      )
    }
    return all
  }

  get #sampleBytes(): number {
    return OFFSET_BYTES + VALUE_BYTES * (this.#options.withMax ? 2 : 1)
  }

  #index(age: number): number {
    return (this.#next - this.#size + age + this.#offsets.length) % this.#offsets.length
  }

  #atMs(age: number): number {
    return this.#baseMs + (this.#offsets[this.#index(age)] as number)
  }

  #oldestIsOver(nowMs: number): boolean {
    return this.#size > 0 && this.#atMs(0) <= nowMs - this.#options.historyMs
  }

  /**
   * 32-bit offsets cover seven weeks, then the base must move. Samples older than the history may end up dated at the
   * base.
   */
  #moveBase(baseMs: number): void {
    for (const [index, offset] of this.#offsets.entries())
      this.#offsets[index] = Math.max(0, this.#baseMs + offset - baseMs)
    this.#baseMs = baseMs
  }

  #grow(): void {
    const before = this.#offsets.length
    const capacity = Math.min(this.#options.capacity, Math.max(FIRST_CAPACITY, 2 * before))
    if (capacity === before || !this.#budget.take((capacity - before) * this.#sampleBytes)) return
    // A buffer for each array would take more memory than their first samples.
    const buffer = new ArrayBuffer(capacity * this.#sampleBytes)
    const [valuesAt, maximaAt] = [capacity * OFFSET_BYTES, capacity * (OFFSET_BYTES + VALUE_BYTES)]
    this.#offsets = this.#oldestFirst(new Uint32Array(buffer, 0, capacity), this.#offsets)
    this.#values = this.#oldestFirst(new Float32Array(buffer, valuesAt, capacity), this.#values)
    if (this.#options.withMax)
      this.#maxima = this.#oldestFirst(new Float32Array(buffer, maximaAt, capacity), this.#maxima)
    this.#next = this.#size
  }

  /** Copies an array of a ring that is full: its oldest sample is where the next would be. */
  #oldestFirst<T extends Uint32Array | Float32Array>(into: T, from: T): T {
    into.set(from.subarray(this.#next))
    into.set(from.subarray(0, this.#next), from.length - this.#next)
    return into
  }
}

/** Rounds to the precision of a 32-bit float: 12.34, not 12.34000015258789. */
const sevenDigits = (value: number): number => Number(value.toPrecision(7))
