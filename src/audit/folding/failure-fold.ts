import type { AuditEntry } from '../../api/types.ts'
import { Repeats } from './repeats.ts'

/** Different failures that are counted at a time. */
const MAX_EXACT = 64

/**
 * Folds failures that are the same but for their time, such as those of a script that stops a stopped container again and again. The
 * first is written at once, those that follow are counted and written as one entry from time to time, as refusals are. Others than equal ones
 * are never put together: only those who may act can fail, and what each of them tried is to be found.
 */
export class FailureFold {
  readonly #nowMs: () => number
  readonly #repeats = new Repeats(MAX_EXACT)

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Takes a failure. @returns what is to be written now */
  take(failure: AuditEntry): readonly AuditEntry[] {
    // What was going on for some time is no repetition of anything.
    if (failure.durationMs !== undefined) return [failure]
    const { who, from, action, target, reason } = failure
    const key = JSON.stringify([who, from, action, target, reason])
    if (this.#repeats.repeat(key, failure)) return []
    if (this.#repeats.hasRoom) this.#repeats.begin(key, failure, this.#nowMs(), 0)
    return [failure]
  }

  /** Entries for the failures counted, as far as it is time to write them. */
  due(): readonly AuditEntry[] {
    return this.#dueAt(this.#nowMs())
  }

  /** Entries for all failures counted. */
  all(): readonly AuditEntry[] {
    return this.#dueAt(Number.POSITIVE_INFINITY)
  }

  /** When {@link due} is to be called next, on the clock given; infinite when there is nothing to wait for. */
  get nextDueMs(): number {
    return this.#repeats.nextDueMs
  }

  #dueAt(atMs: number): readonly AuditEntry[] {
    return this.#repeats.due(atMs).map(({ latest, count }) => (count < 2 ? latest : { ...latest, count }))
  }
}
