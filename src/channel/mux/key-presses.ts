/** Longest input that counts as a key press: longer than any key sends, shorter than what is pasted or passed through. */
export const MAX_KEY_BYTES = 64

/** How long others wait for the answer to a key press. Most programs answer sooner, or not at all. */
export const LONGEST_WAIT_MS = 20

/** Others need not wait again for so many times as long as they have waited. */
const FREE_TIMES = 3

/**
 * Streams on which a key was pressed that has not been answered. Until it is, the others send nothing: what floods would else keep
 * every process between the key and its answer busy. Others wait for at most {@link LONGEST_WAIT_MS} at a time, and for at most a
 * quarter of all time, whatever is typed.
 */
export class KeyPresses<Stream> {
  readonly #nowMs: () => number
  readonly #unanswered = new Set<Stream>()
  #beganMs = 0
  /** Others need not wait before this time. */
  #freeUntilMs = Number.NEGATIVE_INFINITY

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Input has come on a stream. */
  typed(stream: Stream, sizeBytes: number): void {
    const nowMs = this.#nowMs()
    if (sizeBytes > MAX_KEY_BYTES || nowMs < this.#freeUntilMs) return
    if (this.#unanswered.size === 0) this.#beganMs = nowMs
    this.#unanswered.add(stream)
  }

  /** A stream has sent something, or has ended. */
  answered(stream: Stream): void {
    if (this.#unanswered.delete(stream) && this.#unanswered.size === 0) this.#release()
  }

  /** The streams for which all others wait now; empty when nobody waits. */
  unanswered(): ReadonlySet<Stream> {
    if (this.#unanswered.size > 0 && this.leftMs() <= 0) {
      this.#unanswered.clear()
      this.#release()
    }
    return this.#unanswered
  }

  /** How much longer the others wait at most, in milliseconds. */
  leftMs(): number {
    return this.#unanswered.size === 0 ? 0 : this.#beganMs + LONGEST_WAIT_MS - this.#nowMs()
  }

  #release(): void {
    const nowMs = this.#nowMs()
    this.#freeUntilMs = nowMs + FREE_TIMES * (nowMs - this.#beganMs)
  }
}
