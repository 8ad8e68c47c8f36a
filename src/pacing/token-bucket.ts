/** A rate limiter that lets a burst through and then a fixed number per second. */
export interface TokenBucket {
  /** Takes a token if there is one. */
  take(): boolean
  /** Milliseconds until there is a token; 0 = now. */
  waitMs(): number
}

export interface TokenBucketOptions {
  /** Most tokens in the bucket, which starts full: the size of a burst. */
  readonly capacity: number
  readonly perSecond: number
  /** A monotonic clock. */
  readonly nowMs: () => number
}

export const createTokenBucket = ({ capacity, perSecond, nowMs }: TokenBucketOptions): TokenBucket => {
  let tokens = capacity
  let filledAtMs = nowMs()

  const fill = (): void => {
    const now = nowMs()
    tokens = Math.min(capacity, tokens + ((now - filledAtMs) / 1000) * perSecond)
    filledAtMs = now
  }

  // Rounding may leave slightly less than a whole token; without the tolerance a timer set by `waitMs` would fire too
  // early and find none.
  const isWhole = (): boolean => tokens >= 1 - 1e-6

  return {
    take() {
      fill()
      if (!isWhole()) return false
      tokens = Math.max(0, tokens - 1)
      return true
    },
    waitMs() {
      fill()
      return isWhole() ? 0 : ((1 - tokens) / perSecond) * 1000
    },
  }
}
