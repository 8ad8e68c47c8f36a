/** Why there is no turn: `full` when too many are waiting, `late` when waiting was aborted. */
export type NoTurn = 'full' | 'late'

export interface TurnsOptions {
  readonly atOnce: number
  /** Most callers that may wait; 0 by default. */
  readonly mayWait?: number
  /** Makes the error that is thrown to a caller who gets no turn. */
  readonly refuse: (why: NoTurn) => Error
}

/**
 * Limits how many things run at the same time; a bounded number of further callers wait, first come first served.
 *
 * @example
 * const turns = new Turns({ atOnce: 4, mayWait: 32, refuse: () => new Error('too much is asked for') })
 * await turns.run(() => read(file))
 */
export class Turns {
  readonly #options: TurnsOptions
  readonly #waiting = new Set<() => void>()
  #underWay = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /**
   * Takes a turn without waiting, for work that the caller ends itself.
   *
   * @returns a function that ends the turn; calling it again does nothing
   * @throws what `refuse` makes when no turn is free
   */
  take(): () => void {
    const { atOnce, refuse } = this.#options
    if (this.#underWay >= atOnce) throw refuse('full')
    this.#underWay++
    let isOver = false
    return () => {
      if (!isOver) this.#next()
      isOver = true
    }
  }

  /**
   * Waits for a turn, then runs `work`. The turn ends when `work` settles, also when it fails.
   *
   * @param signal aborts waiting; it has no effect on `work` once that runs
   * @throws what `refuse` makes when too many callers wait or the signal aborts
   */
  async run<Result>(work: () => Result | Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (this.#underWay >= this.#options.atOnce) await this.#wait(signal)
    else this.#underWay++
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { mayWait = 0, refuse } = this.#options
    if (this.#waiting.size >= mayWait) throw refuse('full')
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(refuse('late'))
      const late = (): void => {
        this.#waiting.delete(turn)
        reject(refuse('late'))
      }
      const turn = (): void => {
        signal?.removeEventListener('abort', late)
        resolve()
      }
      this.#waiting.add(turn)
      signal?.addEventListener('abort', late)
    })
  }

  /** Ends a turn by passing it to the caller that has waited longest. */
  #next(): void {
    const [turn] = this.#waiting
    if (turn === undefined) {
      this.#underWay--
      return
    }
    this.#waiting.delete(turn)
    turn()
  }
}
