import { ProtocolError } from '../errors.ts'
import { MAX_DATA_BYTES } from '../frames.ts'
import { type Chunk, CREDIT_BYTES, type Lane } from '../stream.ts'
import { costOf, FRAME_COST_BYTES } from './cost.ts'

/** What goes into one frame. */
export interface Portion {
  readonly lane: Lane
  readonly parts: readonly Uint8Array[]
}

/** What one stream has to send, and how much of it the other end takes. */
export class Outbox {
  /** In order; the first one may have been sent in part. */
  #chunks: readonly Chunk[] = []
  #index = 0
  #offset = 0
  #credit = CREDIT_BYTES
  #sent: (error?: Error) => void = () => {}

  /** @param sent called when all chunks have been taken, or will never be */
  put(chunks: readonly Chunk[], sent: (error?: Error) => void): void {
    this.#chunks = chunks
    this.#index = 0
    this.#offset = 0
    this.#sent = sent
    this.#skipEmpty()
  }

  /** The other end has read that much. @throws {ProtocolError} when it was never sent that much */
  give(credit: number): void {
    if (this.#credit + credit > CREDIT_BYTES) throw new ProtocolError('more credit than was used')
    this.#credit += credit
  }

  /**
   * Takes what the next frame carries: bytes of one lane, of several chunks if they are small, or one whole note.
   *
   * @returns undefined when nothing is to be sent or the credit does not suffice. It waits for enough to fill the frame, since
   * frames would become ever smaller otherwise.
   */
  take(): Portion | undefined {
    const first = this.#chunks[this.#index]
    if (first === undefined) return undefined
    const { lane } = first
    const room =
      lane === 'note' ? first.bytes.length : Math.min(MAX_DATA_BYTES, this.#credit - FRAME_COST_BYTES)
    const least = Math.min(MAX_DATA_BYTES, first.bytes.length - this.#offset)
    if (room < least || this.#credit < costOf(least)) return undefined
    const parts: Uint8Array[] = []
    let size = 0
    for (
      let next: Chunk | undefined = first;
      next !== undefined && size < room;
      next = this.#chunks[this.#index]
    ) {
      if (next.lane !== lane) break
      const part = next.bytes.subarray(this.#offset, this.#offset + room - size)
      parts.push(part)
      size += part.length
      this.#offset += part.length
      this.#skipEmpty()
    }
    this.#credit -= costOf(size)
    return { lane, parts }
  }

  /** Tells whoever put the chunks that they are sent, if they are. Called after their last portion has been handed on. */
  settle(): void {
    if (this.#index >= this.#chunks.length) this.clear()
  }

  /** Forgets what is not sent yet. */
  clear(error?: Error): void {
    const sent = this.#sent
    this.#chunks = []
    this.#index = 0
    this.#offset = 0
    this.#sent = () => {}
    sent(error)
  }

  #skipEmpty(): void {
    for (
      let chunk = this.#chunks[this.#index];
      chunk !== undefined && this.#offset >= chunk.bytes.length;
      chunk = this.#chunks[this.#index]
    ) {
      this.#index++
      this.#offset = 0
    }
  }
}
