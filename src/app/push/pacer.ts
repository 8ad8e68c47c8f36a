/** What a {@link Pacer} needs. */
export interface PacerOptions {
  /** Tasks run for about this long at a time; the pause that follows is as long as they really took. */
  readonly turnMs: number
  /** A monotonic clock. */
  readonly nowMs: () => number
}

/**
 * Runs tasks in the order in which they were requested, using at most half of the time, so that other work such as
 * answering requests gets its turn. A task requested again while it waits runs once. A task that has run goes to the
 * end of the queue, so all get their turn however many there are.
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

  /**
   * Requests a task.
   *
   * @param task must be the same function each time for the same task, and must not throw
   */
  ask(task: () => void): void {
    this.#waiting.add(task)
    this.#plan()
  }

  /** Removes a waiting task. */
  forget(task: () => void): void {
    this.#waiting.delete(task)
  }

  /** Removes all waiting tasks and stops the timers. */
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
