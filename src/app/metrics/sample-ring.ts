import type { RecordNumber, Records } from './records.ts'
import { type Block, SAMPLES_PER_BLOCK, type SampleBlocks } from './sample-blocks.ts'

/** One sample, dated on the app's clock (ms since 1970). */
export interface TimedSample {
  readonly atMs: number
  readonly value: number
  /** Largest value, when the sample stands for several; `value` is then their mean. */
  readonly max?: number
}

/** What a ring of {@link SampleRings} keeps. */
export interface RingOptions {
  /** How far back samples are kept, counted from the newest. */
  readonly historyMs: number
  /** Most samples to keep. */
  readonly capacity: number
  /** Whether each sample has a `max`. */
  readonly withMax: boolean
}

/** Where a record has the fields of a ring: the first of each kind. */
export interface RingFields {
  readonly firstDouble: number
  readonly firstInt: number
}

/** Fields that a ring takes of a record. */
export const DOUBLES_OF_RING = 1
export const INTS_OF_RING = 4

const MAX_OFFSET_MS = 0xff_ff_ff_ff

/**
 * Rings of the newest samples, in blocks that all of them share: one is added when the last is full, unless the oldest is over and can
 * be the newest. A sample's time is kept as ms since a base. When no block is to be had, samples are overwritten earlier.
 *
 * A ring is the fields of a record, which are all 0 while it is empty.
 */
export class SampleRings {
  readonly #options: RingOptions
  readonly #blocks: SampleBlocks
  readonly #records: Records
  readonly #baseMs: number
  /** The blocks of the oldest and the newest samples, which begin a chain and end it; the same when there is only one. */
  readonly #oldest: number
  readonly #newest: number
  /** Number of blocks. */
  readonly #length: number
  /** Samples in the newest block. All others are full. */
  readonly #inNewest: number

  /** @param blocks with maxima if the options say so */
  constructor(
    options: RingOptions,
    blocks: SampleBlocks,
    records: Records,
    { firstDouble, firstInt }: RingFields = { firstDouble: 0, firstInt: 0 },
  ) {
    this.#options = options
    this.#blocks = blocks
    this.#records = records
    this.#baseMs = firstDouble
    this.#oldest = firstInt
    this.#newest = firstInt + 1
    this.#length = firstInt + 2
    this.#inNewest = firstInt + 3
  }

  /** When the newest sample was taken; -Infinity when there is none. */
  newestMs(ring: RecordNumber): number {
    const records = this.#records
    return records.int(ring, this.#length) === 0
      ? -Infinity
      : this.#atMs(ring, records.int(ring, this.#newest), records.int(ring, this.#inNewest) - 1)
  }

  /** Bytes of the blocks of a ring. */
  sizeBytes(ring: RecordNumber): number {
    return this.#records.int(ring, this.#length) * this.#blocks.blockBytes
  }

  /** Adds a sample, which must be newer than all held. */
  push(ring: RecordNumber, atMs: number, value: number, max: number): void {
    const records = this.#records
    const length = records.int(ring, this.#length)
    const isFull = length === 0 || records.int(ring, this.#inNewest) === SAMPLES_PER_BLOCK
    if (isFull && !this.#extend(ring, atMs)) return
    const inNewest = records.int(ring, this.#inNewest)
    if (inNewest === 0 && records.int(ring, this.#length) === 1) records.setDouble(ring, this.#baseMs, atMs)
    if (atMs - records.double(ring, this.#baseMs) > MAX_OFFSET_MS)
      this.#moveBase(ring, atMs - this.#options.historyMs)
    const offsetMs = atMs - records.double(ring, this.#baseMs)
    this.#blocks.set(records.int(ring, this.#newest), inNewest, offsetMs, value, max)
    records.setInt(ring, this.#inNewest, inNewest + 1)
  }

  /** Dates all samples of a ring later by so much, or earlier if it is negative. */
  redate(ring: RecordNumber, byMs: number): void {
    this.#records.setDouble(ring, this.#baseMs, this.#records.double(ring, this.#baseMs) + byMs)
  }

  /** Samples of the `historyMs` before `untilMs`, oldest first. */
  samples(ring: RecordNumber, untilMs = this.newestMs(ring)): TimedSample[] {
    const { historyMs, capacity, withMax } = this.#options
    const all: TimedSample[] = []
    const length = this.#records.int(ring, this.#length)
    let above = (length - 1) * SAMPLES_PER_BLOCK + this.#records.int(ring, this.#inNewest) - capacity
    this.#forEach(ring, (block, index) => {
      if (above-- > 0) return
      const atMs = this.#atMs(ring, block, index)
      if (atMs <= untilMs - historyMs) return
      const value = sevenDigits(this.#blocks.value(block, index))
      all.push(withMax ? { atMs, value, max: sevenDigits(this.#blocks.max(block, index)) } : { atMs, value })
    })
    return all
  }

  /** Gives the blocks of a ring back, and what is in them: it is empty then. */
  release(ring: RecordNumber): void {
    while (this.#records.int(ring, this.#length) > 0) this.#blocks.give(this.#shift(ring))
    this.#records.setInt(ring, this.#inNewest, 0)
  }

  #atMs(ring: RecordNumber, block: Block, index: number): number {
    return this.#records.double(ring, this.#baseMs) + this.#blocks.time(block, index)
  }

  #forEach(ring: RecordNumber, look: (block: Block, index: number) => void): void {
    const length = this.#records.int(ring, this.#length)
    let block = this.#records.int(ring, this.#oldest)
    for (let number = 1; number <= length; number += 1) {
      const size = number === length ? this.#records.int(ring, this.#inNewest) : SAMPLES_PER_BLOCK
      for (let index = 0; index < size; index += 1) look(block, index)
      if (number < length) block = this.#blocks.next(block)
    }
  }

  /** Adds an empty block. @returns false when there is none */
  #extend(ring: RecordNumber, nowMs: number): boolean {
    const records = this.#records
    const block =
      this.#takeOver(ring, nowMs) ??
      this.#takeNew(ring) ??
      (records.int(ring, this.#length) > 0 ? this.#shift(ring) : undefined)
    if (block === undefined) return false
    const length = records.int(ring, this.#length)
    if (length === 0) records.setInt(ring, this.#oldest, block)
    else this.#blocks.chain(records.int(ring, this.#newest), block)
    records.setInt(ring, this.#newest, block)
    records.setInt(ring, this.#length, length + 1)
    records.setInt(ring, this.#inNewest, 0)
    return true
  }

  /** Takes a block out of which all samples are over. Of several, the others are given back. */
  #takeOver(ring: RecordNumber, nowMs: number): Block | undefined {
    let taken: Block | undefined
    while (this.#records.int(ring, this.#length) > 0 && this.#isOldestOver(ring, nowMs)) {
      if (taken !== undefined) this.#blocks.give(taken)
      taken = this.#shift(ring)
    }
    return taken
  }

  #isOldestOver(ring: RecordNumber, nowMs: number): boolean {
    const oldest = this.#records.int(ring, this.#oldest)
    return this.#atMs(ring, oldest, SAMPLES_PER_BLOCK - 1) <= nowMs - this.#options.historyMs
  }

  /** As many as leave `capacity` samples when the newest block is empty but for one. */
  #takeNew(ring: RecordNumber): Block | undefined {
    const most = 1 + Math.ceil((this.#options.capacity - 1) / SAMPLES_PER_BLOCK)
    return this.#records.int(ring, this.#length) < most ? this.#blocks.take() : undefined
  }

  #shift(ring: RecordNumber): Block {
    const block = this.#records.int(ring, this.#oldest)
    const length = this.#records.int(ring, this.#length) - 1
    this.#records.setInt(ring, this.#length, length)
    if (length > 0) this.#records.setInt(ring, this.#oldest, this.#blocks.next(block))
    return block
  }

  /**
   * 32-bit offsets cover seven weeks, then the base must move. Samples older than the history may end up dated at the
   * base.
   */
  #moveBase(ring: RecordNumber, baseMs: number): void {
    this.#forEach(ring, (block, index) => {
      const offsetMs = this.#atMs(ring, block, index) - baseMs
      this.#blocks.setTime(block, index, Math.max(0, offsetMs))
    })
    this.#records.setDouble(ring, this.#baseMs, baseMs)
  }
}

/** Rounds to the precision of a 32-bit float: 12.34, not 12.34000015258789. */
const sevenDigits = (value: number): number => Number(value.toPrecision(7))
