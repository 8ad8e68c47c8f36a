import type { AuditEntry } from '../../api/types.ts'
import type { TokenBucket } from '../../pacing/token-bucket.ts'
import { Repeats } from './repeats.ts'

/** One way to count entries together. */
export interface Tier {
  /** What those have in common that are counted together. */
  readonly keyOf: (entry: AuditEntry) => string
  /** Keys that are counted at a time. */
  readonly max: number
  /** Gives a token for each key that is begun; without one there is no other bound than `max`. */
  readonly budget?: TokenBucket
  /** Whether the first entry of a key is written at once, so that only those that follow are counted. */
  readonly writesFirst: boolean
  /** Makes what is told of an entry and those of its key before it; the entry unless told otherwise. */
  readonly joined?: (before: AuditEntry, entry: AuditEntry) => AuditEntry
}

/**
 * Folds entries in tiers. Each is counted in the first tier in which its key is counted already, or that has room for another; one for which no tier has
 * room is written at once.
 */
export class Fold {
  readonly #tiers: readonly (Tier & { readonly repeats: Repeats })[]

  /** @param tiers the most exact one first */
  constructor(tiers: readonly Tier[]) {
    this.#tiers = tiers.map((tier) => ({ ...tier, repeats: new Repeats(tier.max) }))
  }

  /** Takes an entry. @returns what is to be written now */
  take(entry: AuditEntry, atMs: number): readonly AuditEntry[] {
    for (const { repeats, keyOf, budget, writesFirst, joined } of this.#tiers) {
      const key = keyOf(entry)
      if (repeats.repeat(key, entry, joined)) return []
      if (!repeats.hasRoom || budget?.take() === false) continue
      repeats.begin(key, entry, atMs, writesFirst ? 0 : 1)
      return writesFirst ? [entry] : []
    }
    return [entry]
  }

  /** Entries for those counted, as far as it is time to write them. */
  due(atMs: number): readonly AuditEntry[] {
    const counted = this.#tiers.flatMap(({ repeats }) => repeats.due(atMs))
    return counted.map(({ latest, count }) => (count < 2 ? latest : { ...latest, count }))
  }

  /** When {@link due} is to be called next; infinite when there is nothing to wait for. */
  get nextDueMs(): number {
    return Math.min(...this.#tiers.map(({ repeats }) => repeats.nextDueMs))
  }
}
