import { setImmediate } from 'node:timers/promises'

/** So many chunks are made without letting the event loop turn in between: enough to know whether there are few. */
const CHUNKS_AT_ONCE = 2

/** What {@link SharedChunks} needs beside the source of its chunks. */
export interface SharedChunksOptions {
  /** Roughly how many bytes it will be; 0 when nobody knows. */
  readonly expectedBytes?: number
  /** Called with the size of each chunk that was made. */
  readonly grew?: (sizeBytes: number) => void
}

/**
 * Bytes that many readers are sent, each at its own pace. They are made once, in chunks, when the reader that is farthest asks for
 * more; between chunks the event loop turns. What was made is kept for those who come later.
 */
export class SharedChunks {
  /** Undefined when it has given all: a generator that is done still holds what it was called with. */
  #source: Iterator<Uint8Array> | AsyncIterator<Uint8Array> | undefined
  readonly #options: SharedChunksOptions
  readonly #made: Uint8Array[] = []
  #madeBytes = 0
  #isComplete = false
  #making: Promise<void> | undefined

  constructor(source: Iterator<Uint8Array> | AsyncIterator<Uint8Array>, options: SharedChunksOptions = {}) {
    this.#source = source
    this.#options = options
  }

  /** Whether all chunks have been made. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** The chunks that have been made. */
  get made(): readonly Uint8Array[] {
    return this.#made
  }

  /** Bytes in the chunks that have been made. */
  get madeBytes(): number {
    return this.#madeBytes
  }

  /** How many bytes it is; before it is complete, how many are expected. */
  get byteLength(): number {
    return this.#isComplete ? this.#madeBytes : Math.max(this.#madeBytes, this.#options.expectedBytes ?? 0)
  }

  /**
   * Makes a chunk, unless it is there.
   *
   * @returns undefined when there are no more chunks than `index`
   * @throws whatever the source throws, from then on for everybody
   */
  async chunk(index: number): Promise<Uint8Array | undefined> {
    while (index >= this.#made.length && !this.#isComplete) {
      this.#making ??= this.#make()
      await this.#making
    }
    return this.#made[index]
  }

  /** Makes all chunks, and joins them. */
  async whole(): Promise<Uint8Array<ArrayBuffer>> {
    const all: Uint8Array[] = []
    for await (const chunk of this) all.push(chunk)
    return Buffer.concat(all)
  }

  /** All chunks, from the first one on. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let index = 0; ; index++) {
      const chunk = await this.chunk(index)
      if (chunk === undefined) return
      yield chunk
    }
  }

  async #make(): Promise<void> {
    if (this.#made.length >= CHUNKS_AT_ONCE) await setImmediate()
    const next = await this.#source?.next()
    if (next === undefined || next.done) {
      this.#isComplete = true
      this.#source = undefined
    } else {
      this.#made.push(next.value)
      this.#madeBytes += next.value.byteLength
      this.#options.grew?.(next.value.byteLength)
    }
    // A failure stays: what a source gives after one is not what was asked for.
    this.#making = undefined
  }
}
