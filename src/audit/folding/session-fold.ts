import type { AuditEntry } from '../../api/types.ts'
import { createTokenBucket, type TokenBucket } from '../../pacing/token-bucket.ts'
import { Fold } from './fold.ts'
import { networkOf, SEVERAL_ADDRESSES } from './origin.ts'

/** Of one user, entries that are written at once: this many in a burst, then this many a second. */
const BURST = 10
const PER_SECOND = 0.05
/** Of one user, networks that are told by themselves, at a time; after a burst of as many there are further ones as often as entries. */
const MAX_NETWORKS = 16
/** After so long without a sign-in or a sign-out, a user has all tokens again, as at first. */
const REFILLED_MS = (1000 * Math.max(BURST, MAX_NETWORKS)) / PER_SECOND

/** What one user does. */
interface User {
  readonly budget: TokenBucket
  readonly fold: Fold
  lastMs: number
}

/**
 * Folds sign-ins and sign-outs, which whoever has a password can repeat without end, so that they push nothing else out of the log. As
 * often as people sign in, each is written at once. Beyond that the first from a network is written at once, for up to 16 networks at a time, so that whoever has
 * the password, too, cannot sign in unnoticed behind a flood from fewer networks than that. The rest are counted for each user, network and action, of too many networks for each user and action, and written as one
 * entry from time to time, as refusals are, with what all of them have in common. However many networks a user comes from, some 20 lines a minute are
 * written in the long run at most.
 */
export class SessionFold {
  readonly #nowMs: () => number
  /** The user who signed in or out last is the last. */
  readonly #users = new Map<string, User>()

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Whether an entry is one of those that are folded here. */
  static takes({ result, action }: AuditEntry): boolean {
    return result === 'done' && (action === 'sign-in' || action === 'sign-out')
  }

  /** Takes a sign-in or a sign-out. @returns what is to be written now */
  take(entry: AuditEntry): readonly AuditEntry[] {
    const { budget, fold, lastMs } = this.#userOf(entry.who)
    return budget.take() ? [entry] : fold.take(entry, lastMs)
  }

  /** Entries for those counted, as far as it is time to write them. */
  due(): readonly AuditEntry[] {
    return this.#dueAt(this.#nowMs())
  }

  /** Entries for all that were counted. */
  all(): readonly AuditEntry[] {
    return this.#dueAt(Number.POSITIVE_INFINITY)
  }

  /** When {@link due} is to be called next, on the clock given; infinite when there is nothing to wait for. */
  get nextDueMs(): number {
    return Math.min(...Array.from(this.#users.values(), ({ fold }) => fold.nextDueMs))
  }

  #dueAt(atMs: number): readonly AuditEntry[] {
    return [...this.#users.values()].flatMap(({ fold }) => fold.due(atMs))
  }

  #userOf(who: string): User {
    const nowMs = this.#nowMs()
    const user = this.#users.get(who) ?? { ...this.#newUser(), lastMs: nowMs }
    user.lastMs = nowMs
    this.#users.delete(who)
    this.#users.set(who, user)
    for (const [longestAgo, { fold, lastMs }] of this.#users) {
      if (lastMs + REFILLED_MS > nowMs || fold.nextDueMs < Number.POSITIVE_INFINITY) break
      this.#users.delete(longestAgo)
    }
    return user
  }

  #newUser(): Pick<User, 'budget' | 'fold'> {
    const nowMs = this.#nowMs
    const fresh = createTokenBucket({ capacity: MAX_NETWORKS, perSecond: PER_SECOND, nowMs })
    return {
      budget: createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs }),
      fold: new Fold([
        {
          keyOf: (entry) => JSON.stringify([placeOf(entry), entry.action]),
          max: MAX_NETWORKS,
          budget: fresh,
          writesFirst: true,
          joined: (before, entry) => inCommon(before, entry, placeOf(entry)),
        },
        {
          keyOf: ({ action }) => action,
          max: ACTIONS,
          writesFirst: false,
          joined: (before, entry) => inCommon(before, entry, SEVERAL_ADDRESSES),
        },
      ]),
    }
  }
}

/** Signing in, and out. */
const ACTIONS = 2

const placeOf = (entry: AuditEntry): string => networkOf(entry, 24)

/** The later of two entries of a user and action, without what the one before does not share. @param several where they came from, if not from one address */
const inCommon = (
  before: AuditEntry,
  { target, reason, ...later }: AuditEntry,
  several: string,
): AuditEntry => ({
  ...later,
  from: before.from === later.from ? later.from : several,
  ...(target !== undefined && before.target === target && { target }),
  ...(reason !== undefined && before.reason === reason && { reason }),
})
