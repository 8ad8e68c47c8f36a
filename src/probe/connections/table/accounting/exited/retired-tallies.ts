import type { Tally } from '../tally.ts'

/** Most that are remembered: machines that start a program for each of many servers have one for each. */
const MAX_RETIRED = 4096

/**
 * Tallies of exited processes that are told no longer, in case others like them follow: their totals then go on. One for each
 * kind of processes, by the key of the tally that all of that kind would be folded into.
 */
export class RetiredTallies {
  readonly #tallies = new Map<string, Tally>()

  get size(): number {
    return this.#tallies.size
  }

  /** Remembers a tally. One that is there already is added to it. */
  add(key: string, tally: Tally, nowMs: number, forgetMs: number): void {
    const before = this.#tallies.get(key)
    if (before) tally.absorb(before, nowMs, forgetMs)
    this.#tallies.delete(key)
    this.#tallies.set(key, tally)
    const [oldest] = this.#tallies.keys()
    if (this.#tallies.size > MAX_RETIRED && oldest !== undefined) this.#tallies.delete(oldest)
  }

  get(key: string): Tally | undefined {
    return this.#tallies.get(key)
  }

  delete(key: string): void {
    this.#tallies.delete(key)
  }

  /** Forgets those whose last event was at this time or before. */
  forget(lastMs: number): void {
    for (const [key, tally] of this.#tallies) if (tally.lastMs <= lastMs) this.#tallies.delete(key)
  }
}
