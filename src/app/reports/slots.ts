import { ApiError } from '../http/api-error.ts'

/** How many things may be under way at once: some more wait for a slot, others are refused, since the sender tries again by itself. */
export class Slots {
  readonly #limit: number
  readonly #mayWait: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(limit: number, mayWait = 0) {
    this.#limit = limit
    this.#mayWait = mayWait
  }

  /** Runs `work` in a slot. @throws {ApiError} 503 when none is free and too many wait already */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken < this.#limit) this.#taken += 1
    else await this.#wait()
    try {
      return await work()
    } finally {
      this.#free()
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mayWait)
      throw new ApiError(503, 'busy', 'too many reports are being received at once; try again', {
        headers: { 'retry-after': '1' },
      })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The slot goes over to whoever waits longest. */
  #free(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }
}
