import { Duplex } from 'node:stream'
import type { Chunk, Lane } from '../../../src/channel/lanes.ts'
import type { Note } from '../../../src/channel/stream.ts'

/** A stream as a probe's, with both its ends in one place: the app gets it, and the test is the process behind it. */
export class ProbeEnd extends Duplex {
  /** What the process has been given, in order. */
  readonly taken: Chunk[] = []
  /** While false, the process takes nothing. */
  #takes = true
  #isWanted = false
  #output: (Chunk | null)[] = []
  #waiting: { readonly chunk: Chunk; readonly done: () => void } | undefined
  inputEnded = false
  /** With what the app destroyed it. */
  destroyedWith: Error | undefined

  constructor() {
    super({ objectMode: true, readableHighWaterMark: 1, writableHighWaterMark: 4 })
  }

  /** The process writes. */
  output(lane: Lane, bytes: Uint8Array | string): void {
    this.#output.push({ lane, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes })
    this.#pass()
  }

  /** The process ends. */
  ends(note?: Note): void {
    if (note !== undefined) this.output('note', JSON.stringify(note))
    this.#output.push(null)
    this.#pass()
  }

  /** How many chunks the app has not read. */
  get unread(): number {
    return this.#output.length
  }

  /** From now on the process reads, or does not read, what it is given. */
  reads(takes: boolean): void {
    this.#takes = takes
    const waiting = this.#waiting
    if (!takes || waiting === undefined) return
    this.#waiting = undefined
    this.taken.push(waiting.chunk)
    waiting.done()
  }

  /** The input that the process has been given. */
  get input(): Buffer {
    return Buffer.concat(this.taken.filter(({ lane }) => lane === 'in').map(({ bytes }) => bytes))
  }

  override _read(): void {
    this.#isWanted = true
    this.#pass()
  }

  override _write(chunk: Chunk, _encoding: BufferEncoding, done: () => void): void {
    if (!this.#takes) this.#waiting = { chunk, done }
    else {
      this.taken.push(chunk)
      done()
    }
  }

  override _final(done: () => void): void {
    this.inputEnded = true
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.destroyedWith = error ?? undefined
    done(error)
  }

  #pass(): void {
    while (this.#isWanted && this.#output.length > 0) this.#isWanted = this.push(this.#output.shift() ?? null)
  }
}
