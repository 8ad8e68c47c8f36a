export interface BackoffOptions {
  readonly firstMs: number
  readonly longestMs: number
  /** Returns a number from 0 to 1, such as `Math.random`. */
  readonly random: () => number
}

/** Exponential backoff: pauses that double with every consecutive failure, each varied randomly by up to 20 %. */
export interface Backoff {
  /** Counts one more failure and returns the pause in ms before the next attempt. */
  next(): number
  /** Call after a success: the next failure starts with the first pause again. */
  reset(): void
}

export const createBackoff = ({ firstMs, longestMs, random }: BackoffOptions): Backoff => {
  let failures = 0
  return {
    next() {
      const pauseMs = Math.min(longestMs / 1.2, firstMs * 2 ** Math.min(failures, 30))
      failures++
      return pauseMs * (0.8 + 0.4 * random())
    },
    reset() {
      failures = 0
    },
  }
}
