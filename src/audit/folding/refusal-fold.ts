import type { AuditEntry } from '../../api/types.ts'
import { createTokenBucket, type TokenBucket } from '../../pacing/token-bucket.ts'
import { Repeats } from './repeats.ts'

/** Different refusals that are counted one by one, at a time. */
const MAX_EXACT = 32
/** Addresses whose other refusals are counted together, at a time. */
const MAX_SOURCES = 16
/** Refusals written at once: this many in a burst, then this many a second. */
const BURST = 60
const PER_SECOND = 0.05

const TOO_MANY = 'refused for different reasons, or at different places; too many to tell one by one'

/**
 * Folds floods of refusals, which anybody can cause, so that they neither fill the disk nor push other entries out of the log. The
 * first of equal ones is written at once. Those that follow are counted, and are written as one entry from time to time: after
 * 10 s, then after twice as long, up to 5 minutes. Of too many different ones only the number is written: that of each address; of
 * too many addresses that of all. However large the flood is, fewer than 20 lines a minute of each kind are written in the long run.
 *
 * Requests without rights (action `refused`) and refused sign-ins (`sign-in`), which need no more than a connection, are each folded
 * apart from the rest, such as refused controls, so that the former cannot hide the latter.
 */
export class RefusalFold {
  readonly #nowMs: () => number
  readonly #requests: Fold
  readonly #signIns: Fold
  readonly #others: Fold

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#requests = new Fold(nowMs)
    this.#signIns = new Fold(nowMs)
    this.#others = new Fold(nowMs)
  }

  /** Takes a refusal. @returns what is to be written now */
  take(refusal: AuditEntry): readonly AuditEntry[] {
    return this.#foldOf(refusal).take(refusal, this.#nowMs())
  }

  /** Entries for the refusals counted, as far as it is time to write them. */
  due(): readonly AuditEntry[] {
    return this.#dueAt(this.#nowMs())
  }

  /** Entries for all refusals counted. */
  all(): readonly AuditEntry[] {
    return this.#dueAt(Number.POSITIVE_INFINITY)
  }

  /** When {@link due} is to be called next, on the clock given; infinite when there is nothing to wait for. */
  get nextDueMs(): number {
    return Math.min(...this.#folds.map((fold) => fold.nextDueMs))
  }

  get #folds(): readonly Fold[] {
    return [this.#requests, this.#signIns, this.#others]
  }

  #foldOf({ action }: AuditEntry): Fold {
    if (action === 'refused') return this.#requests
    return action === 'sign-in' ? this.#signIns : this.#others
  }

  #dueAt(atMs: number): readonly AuditEntry[] {
    return this.#folds.flatMap((fold) => fold.due(atMs))
  }
}

class Fold {
  readonly #exact = new Repeats(MAX_EXACT)
  readonly #ofSource = new Repeats(MAX_SOURCES)
  readonly #rest = new Repeats(1)
  readonly #exactBudget: TokenBucket
  readonly #sourceBudget: TokenBucket

  constructor(nowMs: () => number) {
    this.#exactBudget = createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs })
    this.#sourceBudget = createTokenBucket({ capacity: MAX_SOURCES, perSecond: PER_SECOND, nowMs })
  }

  take(refusal: AuditEntry, atMs: number): readonly AuditEntry[] {
    const { who, from, action, target, reason } = refusal
    const key = JSON.stringify([who, from, action, target, reason])
    if (this.#exact.repeat(key, refusal)) return []
    if (this.#exact.hasRoom && this.#exactBudget.take()) {
      this.#exact.begin(key, refusal, atMs, 0)
      return [refusal]
    }
    const source = JSON.stringify([from, action])
    if (this.#ofSource.repeat(source, refusal)) return []
    const isNamed = this.#ofSource.hasRoom && this.#sourceBudget.take()
    if (isNamed) this.#ofSource.begin(source, refusal, atMs, 1)
    else if (!this.#rest.repeat('', refusal)) this.#rest.begin('', refusal, atMs, 1)
    return []
  }

  due(atMs: number): readonly AuditEntry[] {
    return [
      ...this.#exact.due(atMs).map(({ latest, count }) => counted(latest, count)),
      ...this.#ofSource.due(atMs).map(({ latest, count }) => together(latest, count, latest.from)),
      ...this.#rest.due(atMs).map(({ latest, count }) => together(latest, count, 'several addresses')),
    ]
  }

  get nextDueMs(): number {
    return Math.min(this.#exact.nextDueMs, this.#ofSource.nextDueMs, this.#rest.nextDueMs)
  }
}

const counted = (entry: AuditEntry, count: number): AuditEntry => (count < 2 ? entry : { ...entry, count })

const together = (latest: AuditEntry, count: number, from: string): AuditEntry =>
  count < 2
    ? latest
    : { at: latest.at, who: '', from, action: latest.action, result: 'refused', reason: TOO_MANY, count }
