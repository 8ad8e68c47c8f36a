import type { AuditEntry } from '../../api/types.ts'
import { createTokenBucket } from '../../pacing/token-bucket.ts'
import { Fold } from './fold.ts'
import { networkOf, SEVERAL_ADDRESSES } from './origin.ts'

/** Different refusals that are counted one by one, at a time. */
const MAX_EXACT = 32
/** Addresses, of IPv6 networks, whose other refusals are counted together, at a time. */
const MAX_SOURCES = 16
/** Refusals written at once: this many in a burst, then this many a second. */
const BURST = 60
const PER_SECOND = 0.05

const TOO_MANY = 'refused for different reasons, or at different places; too many to tell one by one'

/**
 * Folds floods of refusals, which anybody can cause, so that they neither fill the disk nor push other entries out of the log. The
 * first of equal ones is written at once. Those that follow are counted, and are written as one entry from time to time: after
 * 10 s, then after twice as long, up to 5 minutes. Of too many different ones only the number is written: that of each address (IPv6:
 * each /64); of too many addresses that of all. However large the flood is, fewer than 20 lines a minute of each kind are written in the long run.
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
    this.#requests = foldOfKind(nowMs)
    this.#signIns = foldOfKind(nowMs)
    this.#others = foldOfKind(nowMs)
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

/** The tiers of a kind of refusals: equal ones, those from one place, and all the rest. */
const foldOfKind = (nowMs: () => number): Fold =>
  new Fold([
    {
      keyOf: ({ who, from, action, target, reason }) => JSON.stringify([who, from, action, target, reason]),
      max: MAX_EXACT,
      budget: createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs }),
      writesFirst: true,
    },
    {
      keyOf: (entry) => JSON.stringify([sourceOf(entry), entry.action]),
      max: MAX_SOURCES,
      budget: createTokenBucket({ capacity: MAX_SOURCES, perSecond: PER_SECOND, nowMs }),
      writesFirst: false,
      joined: (before, entry) => together(entry, before.from === entry.from ? entry.from : sourceOf(entry)),
    },
    {
      keyOf: () => '',
      max: 1,
      writesFirst: false,
      joined: (_, entry) => together(entry, SEVERAL_ADDRESSES),
    },
  ])

/** An IPv4 address, or the network of an IPv6 address. */
const sourceOf = (entry: AuditEntry): string => networkOf(entry, 32)

const together = ({ at, action }: AuditEntry, from: string): AuditEntry => ({
  ...{ at, who: '', from, action, result: 'refused', reason: TOO_MANY },
})
