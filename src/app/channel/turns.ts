import { ChannelError } from './channel-error.ts'

/** Lets a few things happen at a time, the others wait for their turn. */
export class Turns {
  readonly #atOnce: number
  readonly #mayWait: number
  readonly #waiting = new Set<() => void>()
  #underWay = 0

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce
    this.#mayWait = mayWait
  }

  /**
   * Runs `work` when it is its turn.
   *
   * @param timeout gives up waiting, not the work
   * @throws {ChannelError} `busy` when too many wait, or it was not its turn in time
   */
  async run<Result>(timeout: AbortSignal, work: () => Result | Promise<Result>): Promise<Result> {
    if (this.#underWay >= this.#atOnce) await this.#wait(timeout)
    else this.#underWay++
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  #wait(timeout: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#mayWait)
      throw new ChannelError('busy', 'too much is being asked of the probe; try again')
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.#waiting.delete(turn)
        reject(new ChannelError('busy', 'the probe was busy with other questions for too long'))
      }
      const turn = (): void => {
        timeout.removeEventListener('abort', late)
        resolve()
      }
      this.#waiting.add(turn)
      timeout.addEventListener('abort', late)
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
