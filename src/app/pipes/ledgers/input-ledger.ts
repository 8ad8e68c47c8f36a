import { type Chunk, CREDIT_BYTES } from '../../../channel/lanes.ts'
import { HeldBytes } from '../../../pipe/held-bytes.ts'
import { ProtocolError } from './protocol-error.ts'

/** How much more must have been taken until that is told, while more waits. */
const TOLD_EVERY_BYTES = 32 * 1024

/**
 * The input of one pipe. What a viewer sends waits until the stream can take it; only then does it count as received. What still
 * waits when the viewer's connection is lost is dropped, because the viewer will send it again. Offsets count the bytes of input since
 * the pipe began.
 */
export class InputLedger {
  #waiting = new HeldBytes(0)
  #received = 0
  #told = 0
  /** The present viewer sends no more. */
  #isEnding = false
  #hasEnded = false

  /** Number of bytes that the stream was given. */
  get received(): number {
    return this.#received
  }

  /** Whether the stream was told that there is no more. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Number of bytes that wait. */
  get size(): number {
    return this.#waiting.size
  }

  /** A viewer begins, or the present one is lost. */
  begin(): void {
    this.#waiting = new HeldBytes(this.#received)
    this.#told = this.#received
    this.#isEnding = false
  }

  /** Adds what the present viewer sent. @throws {ProtocolError} when it must not send that */
  add(bytes: Uint8Array): void {
    if (this.#isEnding || this.#hasEnded) throw new ProtocolError('input comes after the end of the input')
    if (this.#waiting.size + bytes.length > CREDIT_BYTES)
      throw new ProtocolError(`more than ${CREDIT_BYTES} bytes of input come before they are received`)
    this.#waiting.push('in', bytes)
  }

  /** The present viewer sends no more. */
  end(): void {
    this.#isEnding = true
  }

  /** Takes out what the stream can be given next; undefined when nothing waits. */
  take(): Chunk | undefined {
    const chunk = this.#waiting.read(this.#received, MAX_CHUNK_BYTES)
    if (chunk === undefined) return undefined
    this.#received += chunk.bytes.length
    this.#waiting.dropTo(this.#received)
    return chunk
  }

  /** Takes out, once, that there is no more. */
  takeEnd(): boolean {
    if (!this.#isEnding || this.#hasEnded || this.#waiting.size > 0) return false
    this.#hasEnded = true
    return true
  }

  /** Takes out how much was received, if the viewer should know: when it has become much, or nothing waits any more. */
  takeReceipt(): number | undefined {
    const untold = this.#received - this.#told
    if (untold === 0 || (untold < TOLD_EVERY_BYTES && this.#waiting.size > 0)) return undefined
    this.#told = this.#received
    return this.#received
  }
}

/** Most bytes that the stream is given at a time. */
const MAX_CHUNK_BYTES = 16 * 1024
