const TICK_MS = 1000

/**
 * A clock by which probes are silent: it stands still while this process has no turn, since what they send then waits in its sockets. Without
 * it, an app whose machine has slept, that was stopped, or that has more to do than it can, would take all probes for silent, and would have
 * them send all they know, which is the most work there is.
 */
export class ListeningClock {
  readonly #nowMs: () => number
  /** More than this does not pass from one tick to the next. */
  readonly #mostMs: number
  readonly #timer: NodeJS.Timeout
  #tickMs: number
  #passedMs = 0

  /** @param nowMs milliseconds of a clock that is never set back */
  constructor(nowMs: () => number, tickMs = TICK_MS) {
    this.#nowMs = nowMs
    this.#mostMs = 2 * tickMs
    this.#tickMs = nowMs()
    this.#timer = setInterval(() => {
      this.#passedMs = this.now()
      this.#tickMs = nowMs()
    }, tickMs).unref()
  }

  /** Milliseconds that have passed since some moment. */
  now(): number {
    return this.#passedMs + Math.min(this.#nowMs() - this.#tickMs, this.#mostMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
