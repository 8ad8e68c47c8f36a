import { type Block, SAMPLES_PER_BLOCK, type SampleBlocks } from './sample-blocks.ts'

/** One sample, dated on the app's clock (ms since 1970). */
export interface TimedSample {
  readonly atMs: number
  readonly value: number
  /** Largest value, when the sample stands for several; `value` is then their mean. */
  readonly max?: number
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

const MAX_OFFSET_MS = 0xff_ff_ff_ff

/**
 * The newest samples, in blocks that many rings share: one is added when the last is full, unless the oldest is over and can be the
 * newest. A sample's time is kept as ms since a base. When no block is to be had, samples are overwritten earlier.
 */
export class SampleRing {
  readonly #options: RingOptions
  readonly #blocks: SampleBlocks
  #baseMs = 0
  /** The blocks of the oldest and the newest samples, which begin a chain and end it; the same when there is only one. */
  #oldest: Block = 0
  #newest: Block = 0
  #length = 0
  /** Samples in the newest block. All others are full. */
  #inNewest = SAMPLES_PER_BLOCK

  /** @param blocks with maxima if the options say so */
  constructor(options: RingOptions, blocks: SampleBlocks) {
    this.#options = options
    this.#blocks = blocks
  }

  /** When the newest sample was taken; -Infinity when there is none. */
  get newestMs(): number {
    return this.#length === 0 ? -Infinity : this.#atMs(this.#newest, this.#inNewest - 1)
  }

  /** Bytes of its blocks. */
  get sizeBytes(): number {
    return this.#length * this.#blocks.blockBytes
  }

  /** Adds a sample, which must be newer than all held. */
  push(atMs: number, value: number, max: number): void {
    if (this.#inNewest === SAMPLES_PER_BLOCK && !this.#extend(atMs)) return
    if (this.#length === 1 && this.#inNewest === 0) this.#baseMs = atMs
    if (atMs - this.#baseMs > MAX_OFFSET_MS) this.#moveBase(atMs - this.#options.historyMs)
    this.#blocks.set(this.#newest, this.#inNewest, atMs - this.#baseMs, value, max)
    this.#inNewest += 1
  }

  /** Dates all samples later by so much, or earlier if it is negative. */
  redate(byMs: number): void {
    this.#baseMs += byMs
  }

  /** Samples of the `historyMs` before `untilMs`, oldest first. */
  samples(untilMs = this.newestMs): TimedSample[] {
    const { historyMs, capacity, withMax } = this.#options
    const all: TimedSample[] = []
    let above = (this.#length - 1) * SAMPLES_PER_BLOCK + this.#inNewest - capacity
    this.#forEach((block, index) => {
      if (above-- > 0) return
      const atMs = this.#atMs(block, index)
      if (atMs <= untilMs - historyMs) return
      const value = sevenDigits(this.#blocks.value(block, index))
      all.push(withMax ? { atMs, value, max: sevenDigits(this.#blocks.max(block, index)) } : { atMs, value })
    })
    return all
  }

  /** Gives its blocks back, and what is in them. */
  release(): void {
    while (this.#length > 0) this.#blocks.give(this.#shift())
    this.#inNewest = SAMPLES_PER_BLOCK
  }

  #atMs(block: Block, index: number): number {
    return this.#baseMs + this.#blocks.time(block, index)
  }

  #forEach(look: (block: Block, index: number) => void): void {
    let block = this.#oldest
    for (let number = 1; number <= this.#length; number += 1) {
      const size = number === this.#length ? this.#inNewest : SAMPLES_PER_BLOCK
      for (let index = 0; index < size; index += 1) look(block, index)
      if (number < this.#length) block = this.#blocks.next(block)
    }
  }

  /** Adds an empty block. @returns false when there is none */
  #extend(nowMs: number): boolean {
    const block = this.#takeOver(nowMs) ?? this.#takeNew() ?? (this.#length > 0 ? this.#shift() : undefined)
    if (block === undefined) return false
    if (this.#length === 0) this.#oldest = block
    else this.#blocks.chain(this.#newest, block)
    this.#newest = block
    this.#length += 1
    this.#inNewest = 0
    return true
  }

  /** Takes a block out of which all samples are over. Of several, the others are given back. */
  #takeOver(nowMs: number): Block | undefined {
    let taken: Block | undefined
    while (this.#length > 0 && this.#isOver(this.#oldest, nowMs)) {
      if (taken !== undefined) this.#blocks.give(taken)
      taken = this.#shift()
    }
    return taken
  }

  #isOver(block: Block, nowMs: number): boolean {
    return this.#atMs(block, SAMPLES_PER_BLOCK - 1) <= nowMs - this.#options.historyMs
  }

  /** As many as leave `capacity` samples when the newest block is empty but for one. */
  #takeNew(): Block | undefined {
    const most = 1 + Math.ceil((this.#options.capacity - 1) / SAMPLES_PER_BLOCK)
    return this.#length < most ? this.#blocks.take() : undefined
  }

  #shift(): Block {
    const block = this.#oldest
    this.#length -= 1
    if (this.#length > 0) this.#oldest = this.#blocks.next(block)
    return block
  }

  /**
   * 32-bit offsets cover seven weeks, then the base must move. Samples older than the history may end up dated at the
   * base.
   */
  #moveBase(baseMs: number): void {
    this.#forEach((block, index) => {
      const offsetMs = this.#atMs(block, index) - baseMs
      this.#blocks.setTime(block, index, Math.max(0, offsetMs))
    })
    this.#baseMs = baseMs
  }
}

/** Rounds to the precision of a 32-bit float: 12.34, not 12.34000015258789. */
const sevenDigits = (value: number): number => Number(value.toPrecision(7))
