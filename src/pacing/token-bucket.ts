/** Lets a burst through, then so many a second. */
export interface TokenBucket {
  /** Takes a token if there is one. */
  take(): boolean
  /** Milliseconds until there is a token; 0 = now. */
  waitMs(): number
}

export interface TokenBucketOptions {
  /** Tokens in a full bucket, as it is at first. */
  readonly capacity: number
  readonly perSecond: number
  /** A clock that never goes back. */
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

  // what is a hair short of a token by rounding counts as one, else a timer would wake for nothing
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
