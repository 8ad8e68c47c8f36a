/** Memory budget shared by many series. */
export interface MemoryBudget {
  /** Takes bytes from the budget; false when not enough are left. */
  take(sizeBytes: number): boolean
  /** Gives bytes back that were taken. */
  give(sizeBytes: number): void
}

/** A block of {@link SampleBlocks}, by its number. */
export type Block = number

/** Samples in a block. */
export const SAMPLES_PER_BLOCK = 16
/** So many that C libraries take a page of its own from the system, and give it back. */
const BLOCKS_PER_PAGE = 1024
const WORD_BYTES = 4
const NONE = -1

/** Memory of many blocks. What none of them has used takes no memory of the machine yet. */
interface Page {
  readonly words: Uint32Array
  /** The same memory. */
  readonly floats: Float32Array
  /** For each block, the one that follows it: in its chain, or of those that are free. */
  readonly next: Int32Array
  /** The first block of those that were given back, counted within the page. */
  free: number
  /** Blocks from here on have never been taken. */
  fresh: number
  used: number
}

const makePage = (words: number): Page => {
  const buffer = new ArrayBuffer(BLOCKS_PER_PAGE * SAMPLES_PER_BLOCK * words * WORD_BYTES)
  return {
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    next: new Int32Array(BLOCKS_PER_PAGE),
    free: NONE,
    fresh: 0,
    used: 0,
  }
}

/**
 * Samples of many series in a few large arrays, in blocks of {@link SAMPLES_PER_BLOCK} that are chained: an array for each series takes
 * more memory than its first samples. A sample takes 8 bytes (12 with a maximum): its time as an unsigned 32-bit number, and 32-bit floats
 * for its values, which gives about seven digits.
 */
export class SampleBlocks {
  /** Bytes of one block. */
  readonly blockBytes: number
  readonly #words: number
  readonly #budget: MemoryBudget
  readonly #pages: (Page | undefined)[] = []
  /** Of pages, by number. */
  readonly #withRoom = new Set<number>()

  /** @param withMax whether each sample has a maximum */
  constructor(withMax: boolean, budget: MemoryBudget) {
    this.#words = withMax ? 3 : 2
    this.blockBytes = SAMPLES_PER_BLOCK * this.#words * WORD_BYTES
    this.#budget = budget
  }

  /** Takes a block that nobody uses; undefined when the budget is used up. What is in it is not cleared. */
  take(): Block | undefined {
    if (!this.#budget.take(this.blockBytes)) return undefined
    const [number = this.#addPage()] = this.#withRoom
    const page = this.#pages[number] as Page
    const local = page.free === NONE ? page.fresh++ : page.free
    if (local === page.free) page.free = page.next[local] as number
    page.used += 1
    if (page.used === BLOCKS_PER_PAGE) this.#withRoom.delete(number)
    return number * BLOCKS_PER_PAGE + local
  }

  /** Gives a block back. Memory of which no block is used any more is released. */
  give(block: Block): void {
    this.#budget.give(this.blockBytes)
    const number = Math.trunc(block / BLOCKS_PER_PAGE)
    const page = this.#pages[number] as Page
    const local = block % BLOCKS_PER_PAGE
    page.next[local] = page.free
    page.free = local
    page.used -= 1
    this.#withRoom.add(number)
    if (page.used > 0) return
    this.#pages[number] = undefined
    this.#withRoom.delete(number)
  }

  /** The block that was chained to one. */
  next(block: Block): Block {
    return this.#page(block).next[block % BLOCKS_PER_PAGE] as number
  }

  /** Chains a block to another. */
  chain(block: Block, next: Block): void {
    this.#page(block).next[block % BLOCKS_PER_PAGE] = next
  }

  /** Time of a sample. */
  time(block: Block, index: number): number {
    return this.#page(block).words[this.#at(block, index)] as number
  }

  /** @param time an unsigned 32-bit number */
  setTime(block: Block, index: number, time: number): void {
    this.#page(block).words[this.#at(block, index)] = time
  }

  /** Value of a sample, as precise as a 32-bit float. */
  value(block: Block, index: number): number {
    return this.#page(block).floats[this.#at(block, index) + 1] as number
  }

  /** Maximum of a sample, where samples have one. */
  max(block: Block, index: number): number {
    return this.#page(block).floats[this.#at(block, index) + 2] as number
  }

  /** @param max kept where samples have one */
  set(block: Block, index: number, time: number, value: number, max: number): void {
    const { words, floats } = this.#page(block)
    const at = this.#at(block, index)
    words[at] = time
    floats[at + 1] = value
    if (this.#words > 2) floats[at + 2] = max
  }

  #page(block: Block): Page {
    return this.#pages[Math.trunc(block / BLOCKS_PER_PAGE)] as Page
  }

  #at(block: Block, index: number): number {
    return ((block % BLOCKS_PER_PAGE) * SAMPLES_PER_BLOCK + index) * this.#words
  }

  #addPage(): number {
    const released = this.#pages.indexOf(undefined)
    const number = released < 0 ? this.#pages.length : released
    this.#pages[number] = makePage(this.#words)
    this.#withRoom.add(number)
    return number
  }
}
