import type { AuditEntry } from '../../api/types.ts'
import { createTokenBucket, type TokenBucket } from '../../pacing/token-bucket.ts'
import { Repeats } from './repeats.ts'

/** Of one user, entries that are written at once: this many in a burst, then this many a second. */
const BURST = 10
const PER_SECOND = 0.05
/** Users whose bursts are known: those who signed in or out last. */
const MAX_USERS = 1000
/** Users and actions that are counted at a time. */
const MAX_COUNTED = 64

const SEVERAL_ADDRESSES = 'several addresses'

/**
 * Folds sign-ins and sign-outs, which whoever has a password can repeat without end, so that they push nothing else out of the log. As
 * often as people sign in, each is written at once. Beyond that they are counted for each user and written as one entry from time to
 * time, as refusals are, with what all of them have in common.
 */
export class SessionFold {
  readonly #nowMs: () => number
  /** The user who signed in or out last is the last. */
  readonly #budgets = new Map<string, TokenBucket>()
  readonly #counted = new Repeats(MAX_COUNTED)

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
    if (this.#budgetOf(entry.who).take()) return [entry]
    const key = JSON.stringify([entry.who, entry.action])
    if (this.#counted.repeat(key, entry, inCommon)) return []
    if (!this.#counted.hasRoom) return [entry]
    this.#counted.begin(key, entry, this.#nowMs(), 1)
    return []
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
    return this.#counted.nextDueMs
  }

  #dueAt(atMs: number): readonly AuditEntry[] {
    return this.#counted.due(atMs).map(({ latest, count }) => (count < 2 ? latest : { ...latest, count }))
  }

  #budgetOf(who: string): TokenBucket {
    const nowMs = this.#nowMs
    const budget =
      this.#budgets.get(who) ?? createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs })
    this.#budgets.delete(who)
    this.#budgets.set(who, budget)
    const [longestAgo] = this.#budgets.keys()
    if (this.#budgets.size > MAX_USERS && longestAgo !== undefined) this.#budgets.delete(longestAgo)
    return budget
  }
}

/** The later of two entries of a user and action, without what the one before does not share. */
const inCommon = (before: AuditEntry, { target, reason, ...later }: AuditEntry): AuditEntry => ({
  ...later,
  from: before.from === later.from ? later.from : SEVERAL_ADDRESSES,
  ...(target !== undefined && before.target === target && { target }),
  ...(reason !== undefined && before.reason === reason && { reason }),
})
