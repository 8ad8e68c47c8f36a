import { ProtocolError } from '../errors.ts'
import { type Chunk, CREDIT_BYTES } from '../stream.ts'
import { CREDIT_PORTION_BYTES, costOf } from './cost.ts'

/** What has arrived on one stream and is not yet read, within the credit that the other end has. */
export class Inbox {
  #chunks: Chunk[] = []
  /** Credit that the other end has used and not got back. */
  #used = 0
  /** Part of it that was read and can be given back. */
  #read = 0

  /** @throws {ProtocolError} when the sender had no credit for it */
  put(chunk: Chunk): void {
    this.#used += costOf(chunk.bytes.length)
    if (this.#used > CREDIT_BYTES) throw new ProtocolError('more was sent on a stream than its credit allows')
    this.#chunks.push(chunk)
  }

  /** Takes the oldest chunk; undefined when there is none. */
  take(): Chunk | undefined {
    return this.#chunks.shift()
  }

  /** A chunk that was taken has been read. @returns the credit to give back now, 0 when it is not worth a frame */
  read(chunk: Chunk): number {
    this.#read += costOf(chunk.bytes.length)
    if (this.#read < CREDIT_PORTION_BYTES) return 0
    const credit = this.#read
    this.#used -= credit
    this.#read = 0
    return credit
  }

  /** Forgets what was not read; its credit is never given back. */
  clear(): void {
    this.#chunks = []
  }
}
