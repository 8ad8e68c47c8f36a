import { MAX_DATA_BYTES } from '../../../channel/frames.ts'
import { type Chunk, CREDIT_BYTES } from '../../../channel/lanes.ts'
import { HeldBytes } from '../../../pipe/held-bytes.ts'
import { ProtocolError } from './protocol-error.ts'

/** Where a viewer begins. */
export interface Beginning {
  /** Offset of the first byte that follows. */
  readonly from: number
  /** How many bytes before it were asked for, and are not held any more. */
  readonly lost: number
}

/** What comes in smaller pieces costs more memory than its bytes. */
const MAX_PIECES = 1024

/**
 * The output of one pipe: holds what its viewers have not acknowledged, at most {@link CREDIT_BYTES}, and knows how far the present
 * viewer has been sent it. Offsets count the bytes of output since the pipe began.
 */
export class OutputLedger {
  readonly #held = new HeldBytes(0)
  /** Offset of the next byte for the present viewer. */
  #next = 0
  /** Offset up to which some viewer has been sent it. */
  #sent = 0

  /** Whether another chunk of the probe can be taken. */
  get hasRoom(): boolean {
    return this.#held.size + MAX_DATA_BYTES <= CREDIT_BYTES && this.#held.pieces < MAX_PIECES
  }

  /** Number of bytes that are held. */
  get size(): number {
    return this.#held.size
  }

  /** Offset up to which it was sent to anybody. */
  get sent(): number {
    return this.#sent
  }

  /** Whether the present viewer has been sent all that has come. */
  get isAllSent(): boolean {
    return this.#next === this.#held.end
  }

  /** Adds a chunk of lane `out` or `err`. */
  add({ lane, bytes }: Chunk): void {
    this.#held.push(lane, bytes)
  }

  /**
   * A viewer begins.
   *
   * @param asked offset that it asks for, at most {@link sent}; undefined for all that is held
   */
  begin(asked: number | undefined): Beginning {
    const { start } = this.#held
    this.#next = Math.max(start, asked ?? start)
    return { from: this.#next, lost: this.#next - (asked ?? start) }
  }

  /** Takes out what the present viewer is to be sent next; undefined when it has been sent all. */
  take(maxBytes: number): Chunk | undefined {
    const chunk = this.#held.read(this.#next, maxBytes)
    this.#next += chunk?.bytes.length ?? 0
    this.#sent = Math.max(this.#sent, this.#next)
    return chunk
  }

  /**
   * The present viewer has consumed the output up to an offset.
   *
   * @throws {ProtocolError} when that was never sent to it, or is less than before
   */
  acknowledge(offset: number): void {
    if (offset > this.#next)
      throw new ProtocolError(`output up to ${offset} is acknowledged, and only ${this.#next} was sent`)
    if (offset < this.#held.start)
      throw new ProtocolError(`output up to ${offset} is acknowledged, after ${this.#held.start}`)
    this.#held.dropTo(offset)
  }

  /** The output up to an offset, which the present viewer has been sent, is not kept for it. What is forgotten already stays so. */
  forget(offset: number): void {
    this.#held.dropTo(Math.min(offset, this.#next))
  }

  /** Forgets all that is held. What was not sent never will be. */
  cut(): void {
    this.#next = this.#held.end
    this.#held.dropTo(this.#held.end)
  }
}
