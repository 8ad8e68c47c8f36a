import type { Chunk, Lane } from '../channel/lanes.ts'

interface Block {
  readonly lane: Lane
  /** Offset of its first byte. */
  readonly start: number
  /** Its first `length` bytes count; what is behind them is room for more. */
  data: Uint8Array
  length: number
}

/** Smaller chunks are copied together, so that a byte that comes alone does not cost hundreds. */
const COPIED_BELOW_BYTES = 4096
const MAX_BLOCK_BYTES = 16 * 1024
const FIRST_BLOCK_BYTES = 64

const endOf = ({ start, length }: Block): number => start + length

/**
 * A window onto an endless sequence of bytes, each of which is of a lane: those that have come and may be needed again. Offsets count from
 * the first byte that ever came.
 *
 * @example
 * const held = new HeldBytes(0)
 * held.push('out', new Uint8Array(10))
 * held.read(4, 100) // the last 6 bytes
 * held.dropTo(4)
 * held.start // 4
 */
export class HeldBytes {
  readonly #blocks: Block[] = []
  #start: number
  #end: number

  /** @param start offset of the first byte that will come */
  constructor(start: number) {
    this.#start = start
    this.#end = start
  }

  /** Offset of the first byte that is held. */
  get start(): number {
    return this.#start
  }

  /** Offset behind the last byte that came. */
  get end(): number {
    return this.#end
  }

  /** Number of bytes that are held. */
  get size(): number {
    return this.#end - this.#start
  }

  /** In how many pieces they are held, each of which costs memory beside its bytes. */
  get pieces(): number {
    return this.#blocks.length
  }

  /** Adds bytes. They must not be changed afterwards. */
  push(lane: Lane, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (!this.#append(lane, bytes))
      this.#blocks.push({ lane, start: this.#end, data: bytes, length: bytes.length })
    this.#end += bytes.length
  }

  /**
   * Reads on from an offset.
   *
   * @param from must be held, or be the end
   * @returns at most so many bytes, of one lane; undefined at the end
   */
  read(from: number, maxBytes: number): Chunk | undefined {
    const block = this.#blocks[this.#indexOf(from)]
    if (block === undefined) return undefined
    const at = from - block.start
    return { lane: block.lane, bytes: block.data.subarray(at, Math.min(block.length, at + maxBytes)) }
  }

  /** Forgets the bytes before an offset, which must not be beyond the end. */
  dropTo(offset: number): void {
    this.#start = Math.max(this.#start, offset)
    this.#blocks.splice(0, this.#indexOf(this.#start))
  }

  /** Copies a small chunk to the end of the last block, if it is of its lane and stays small enough. */
  #append(lane: Lane, bytes: Uint8Array): boolean {
    if (bytes.length >= COPIED_BELOW_BYTES) return false
    const last = this.#blocks.at(-1)
    if (last?.lane !== lane || last.length + bytes.length > MAX_BLOCK_BYTES) return false
    const length = last.length + bytes.length
    if (length > last.data.length || isGiven(last)) {
      const data = new Uint8Array(Math.min(MAX_BLOCK_BYTES, Math.max(FIRST_BLOCK_BYTES, 2 * length)))
      data.set(last.data.subarray(0, last.length))
      last.data = data
    }
    last.data.set(bytes, last.length)
    last.length = length
    return true
  }

  /** Index of the block with the byte at an offset; the number of blocks when there is none. */
  #indexOf(offset: number): number {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const block = this.#blocks[middle]
      if (block !== undefined && endOf(block) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whether its bytes are those that were given, which have no room behind them. */
const isGiven = ({ data, length }: Block): boolean => data.length === length
