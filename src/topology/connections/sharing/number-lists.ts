/** What a list of {@link NumberLists} is for. */
type Purpose = 'told' | 'own' | 'shares'

/** Longer lists are not kept. */
const MAX_KEPT = 4096

/**
 * Lists of numbers that are needed again and again for a moment. To make them anew takes as long as to share numbers out, which has to be
 * done for thousands of connections each second. It belongs to whoever shares out, and to one at a time.
 */
export class NumberLists {
  readonly #kept = new Map<Purpose, number[]>()

  /** A list of zeros, of at least this length. It is given out again when one is wanted for the same purpose. */
  zeros(purpose: Purpose, length: number): number[] {
    const kept = this.#kept.get(purpose)
    if (kept !== undefined && kept.length >= length) return kept.fill(0, 0, length)
    const made = new Array<number>(length).fill(0)
    if (length <= MAX_KEPT) this.#kept.set(purpose, made)
    return made
  }
}
