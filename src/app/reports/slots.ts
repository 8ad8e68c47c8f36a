import { ApiError } from '../http/api-error.ts'

/** How many things may be under way at once: more are refused, not queued, since the sender tries again by itself. */
export class Slots {
  readonly #limit: number
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Runs `work` in a slot. @throws {ApiError} 503 when none is free */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#limit)
      throw new ApiError(503, 'busy', 'too many reports are being received at once; try again', {
        headers: { 'retry-after': '1' },
      })
    this.#taken += 1
    try {
      return await work()
    } finally {
      this.#taken -= 1
    }
  }
}
