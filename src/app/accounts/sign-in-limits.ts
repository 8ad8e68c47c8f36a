import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** So many failures are allowed from the first one on; with these, no more attempts until the time is over. */
export interface FailureLimit {
  readonly failures: number
  readonly perSeconds: number
}

export interface SignInLimitsOptions {
  /** Failures of one source at one account. */
  readonly pair: FailureLimit
  /** Failures of one source at all accounts. */
  readonly source: FailureLimit
  /** Failures of all sources at one account, but for those that signed in to it before. */
  readonly account: FailureLimit
}

export const defaultSignInLimits: SignInLimitsOptions = {
  pair: { failures: 10, perSeconds: 900 },
  source: { failures: 50, perSeconds: 900 },
  account: { failures: 50, perSeconds: 3600 },
}

/** Who attempts to sign in to what. */
export interface Attempt {
  readonly account: string
  /** See `PasswordAttempt` in `accounts.ts`. */
  readonly source: string
  /** Whether this source has signed in to this account before. */
  readonly isFamiliar: boolean
}

/** An attempt that may be made. It counts as failed until one of these is called. */
export interface CountedAttempt {
  succeeded(): Promise<void>
  /** Nothing was checked after all. */
  wasNotMade(): Promise<void>
}

/** Nothing may be checked. */
export interface Limited {
  readonly retryAfterSeconds: number
}

interface Limiter {
  readonly limiter: RateLimiterMemory
  readonly key: string
}

/**
 * Limits failed attempts to sign in with a password. An attempt is counted before the password is checked, so that
 * attempts made at the same time are limited, too.
 *
 * The account's own limit is for attackers with many addresses. It does not concern sources that signed in to the account
 * before: otherwise anybody could lock its user out.
 */
export class SignInLimits {
  readonly #pair: RateLimiterMemory
  readonly #source: RateLimiterMemory
  readonly #account: RateLimiterMemory

  constructor(options: SignInLimitsOptions = defaultSignInLimits) {
    this.#pair = limiterOf(options.pair)
    this.#source = limiterOf(options.source)
    this.#account = limiterOf(options.account)
  }

  /** Whether attempts are refused at present, without counting one. */
  async refuses(attempt: Attempt): Promise<Limited | undefined> {
    for (const { limiter, key } of this.#limitersOf(attempt)) {
      const counted = await limiter.get(key)
      if (counted !== null && counted.consumedPoints >= limiter.points) return limited(counted)
    }
    return undefined
  }

  /** Counts an attempt, unless it is refused. */
  async count(attempt: Attempt): Promise<CountedAttempt | Limited> {
    const counted: Limiter[] = []
    const takeBack = async (): Promise<void> => {
      for (const { limiter, key } of counted) await limiter.reward(key)
    }
    for (const { limiter, key } of this.#limitersOf(attempt)) {
      try {
        await limiter.consume(key)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        await takeBack()
        return limited(refused)
      }
      counted.push({ limiter, key })
    }
    return {
      succeeded: async () => {
        await takeBack()
        await this.#pair.delete(pairKey(attempt))
      },
      wasNotMade: takeBack,
    }
  }

  #limitersOf(attempt: Attempt): Limiter[] {
    const { source, account, isFamiliar } = attempt
    return [
      { limiter: this.#pair, key: pairKey(attempt) },
      { limiter: this.#source, key: source },
      ...(isFamiliar ? [] : [{ limiter: this.#account, key: account }]),
    ]
  }
}

const limiterOf = ({ failures, perSeconds }: FailureLimit): RateLimiterMemory =>
  new RateLimiterMemory({ points: failures, duration: perSeconds })

// No name of a user has a blank.
const pairKey = ({ account, source }: Attempt): string => `${account} ${source}`

const limited = ({ msBeforeNext }: RateLimiterRes): Limited => ({
  retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
})
