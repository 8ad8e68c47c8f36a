/** Why there is no turn: too many wait already, or it did not come in time. */
export type NoTurn = 'full' | 'late'

export interface TurnsOptions {
  readonly atOnce: number
  /** How many may wait for theirs. */
  readonly mayWait?: number
  /** The error of whoever gets no turn. */
  readonly refuse: (why: NoTurn) => Error
}

/**
 * Lets a few things happen at a time; some more wait for their turn, in the order in which they came.
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
   * Takes a turn for something that ends at its own time.
   *
   * @returns ends the turn; calling it again does nothing
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
   * Runs `work` when it is its turn, which ends with it, whatever comes of it.
   *
   * @param signal gives up waiting, not the work
   * @throws what `refuse` makes when too many wait, or it was not its turn in time
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

  /** The turn goes over to whoever waits longest. */
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
