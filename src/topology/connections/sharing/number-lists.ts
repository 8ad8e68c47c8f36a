/** What a list of {@link NumberLists} is for. */
type Purpose =
  | 'told'
  | 'own'
  | 'shares'
  | 'ownOfOne'
  | 'parts'
  | 'activity'
  | 'equal'
  | 'left'
  | 'jointWeights'
  | 'jointShares'

/** Longer lists are not kept. */
const MAX_KEPT = 4096

/**
 * Lists of numbers that are needed again and again for a moment. To make them anew takes as long as to share numbers out, which has to be
 * done for thousands of connections each second. It belongs to whoever shares out, and to one at a time.
 *
 * They are of doubles: to fill an ordinary array that has fractions with zeros, V8 copies it.
 */
export class NumberLists {
  readonly #kept = new Map<Purpose, Float64Array>()

  /** A list that begins with so many zeros, and may be longer. It is given out again when one is wanted for the same purpose. */
  zeros(purpose: Purpose, length: number): Float64Array {
    const kept = this.#kept.get(purpose)
    if (kept !== undefined && kept.length >= length) return kept.fill(0, 0, length)
    const made = new Float64Array(length)
    if (length <= MAX_KEPT) this.#kept.set(purpose, made)
    return made
  }
}
