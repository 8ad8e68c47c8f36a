/** What a {@link Pacer} needs. */
export interface PacerOptions {
  /** Tasks are done for so long at a time; the pause after it is as long as it took. */
  readonly turnMs: number
  /** Never goes back. */
  readonly nowMs: () => number
}

/**
 * Does tasks in the order in which they were asked for, at most half of the time: in between all else has its turn, such as
 * answers to requests. A task that is asked for again while it waits is done once, and one that was done goes to the end, so
 * that each has its turn however many there are.
 *
 * @example
 * const pacer = new Pacer({ turnMs: 10, nowMs })
 * reports.onChange(() => { for (const channel of channels) pacer.ask(channel.flush) })
 */
export class Pacer {
  readonly #options: PacerOptions
  readonly #waiting = new Set<() => void>()
  /** When the next turn may begin. */
  #restUntilMs = -Infinity
  #immediate: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: PacerOptions) {
    this.#options = options
  }

  /** @param task the same function for what is to be done once. It may not throw */
  ask(task: () => void): void {
    this.#waiting.add(task)
    this.#plan()
  }

  /** A task that waits is not done. */
  forget(task: () => void): void {
    this.#waiting.delete(task)
  }

  /** Nothing that waits is done. */
  stop(): void {
    this.#waiting.clear()
    clearImmediate(this.#immediate)
    clearTimeout(this.#timer)
    this.#immediate = undefined
    this.#timer = undefined
  }

  #plan(): void {
    if (this.#immediate !== undefined || this.#timer !== undefined) return
    const restMs = this.#restUntilMs - this.#options.nowMs()
    if (restMs > 0) this.#timer = setTimeout(() => this.#turn(), Math.ceil(restMs))
    else this.#immediate = setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#immediate = undefined
    this.#timer = undefined
    const { turnMs, nowMs } = this.#options
    const beganMs = nowMs()
    let tookMs = 0
    for (const task of this.#waiting) {
      this.#waiting.delete(task)
      task()
      tookMs = nowMs() - beganMs
      if (tookMs >= turnMs) break
    }
    if (tookMs >= turnMs) this.#restUntilMs = beganMs + 2 * tookMs
    if (this.#waiting.size > 0) this.#plan()
  }
}
