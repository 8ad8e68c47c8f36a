export interface BackoffOptions {
  readonly firstMs: number
  readonly longestMs: number
  /** From 0 to 1. */
  readonly random: () => number
}

/** Pauses that double with every failure in a row, each a fifth longer or shorter by chance. */
export interface Backoff {
  /** The pause after one more failure. */
  next(): number
  /** It went well. */
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
