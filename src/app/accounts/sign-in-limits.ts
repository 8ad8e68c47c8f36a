import { BoundedLimiter, type FailureLimit, type Limited } from './bounded-limiter.ts'

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

/**
 * Limits failed attempts to sign in with a password. An attempt is counted before the password is checked, so that
 * attempts made at the same time are limited, too.
 *
 * The account's own limit is for attackers with many addresses. It does not concern sources that signed in to the account
 * before: otherwise anybody could lock its user out.
 */
export class SignInLimits {
  readonly #pair: BoundedLimiter
  readonly #source: BoundedLimiter
  readonly #account: BoundedLimiter

  constructor(options: SignInLimitsOptions = defaultSignInLimits) {
    this.#pair = new BoundedLimiter(options.pair)
    this.#source = new BoundedLimiter(options.source)
    this.#account = new BoundedLimiter(options.account)
  }

  /** Whether attempts are refused at present, without counting one. */
  async refuses(attempt: Attempt): Promise<Limited | undefined> {
    for (const [limiter, key] of this.#limitersOf(attempt)) {
      const limited = await limiter.refuses(key)
      if (limited !== undefined) return limited
    }
    return undefined
  }

  /** Counts an attempt, unless it is refused. */
  async count(attempt: Attempt): Promise<CountedAttempt | Limited> {
    const counted: [BoundedLimiter, string][] = []
    const takeBack = async (): Promise<void> => {
      for (const [limiter, key] of counted) await limiter.takeBack(key)
    }
    for (const [limiter, key] of this.#limitersOf(attempt)) {
      const limited = await limiter.count(key)
      if (limited !== undefined) {
        await takeBack()
        return limited
      }
      counted.push([limiter, key])
    }
    return {
      succeeded: async () => {
        await takeBack()
        this.#pair.forget(pairKey(attempt))
      },
      wasNotMade: takeBack,
    }
  }

  #limitersOf(attempt: Attempt): [BoundedLimiter, string][] {
    const { source, account, isFamiliar } = attempt
    return [
      [this.#pair, pairKey(attempt)],
      [this.#source, source],
      ...(isFamiliar ? [] : [[this.#account, account] satisfies [BoundedLimiter, string]]),
    ]
  }
}

// No name of a user has a blank.
const pairKey = ({ account, source }: Attempt): string => `${account} ${source}`
