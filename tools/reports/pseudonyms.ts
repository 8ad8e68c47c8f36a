import { createHash } from 'node:crypto'

/**
 * Other names for names: the same for the same, numbered in the order in which they come, so that nothing can be read from
 * them. One instance for all reports that belong together.
 */
export class Pseudonyms {
  readonly #known = new Map<string, Map<string, string>>()

  /** @param make the pseudonym of the n-th name of its kind, from 1 */
  of(kind: string, original: string, make: (n: number) => string = (n) => `${kind}-${n}`): string {
    const ofKind = this.#known.get(kind) ?? new Map<string, string>()
    this.#known.set(kind, ofKind)
    const known = ofKind.get(original)
    if (known !== undefined) return known
    const made = make(ofKind.size + 1)
    ofKind.set(original, made)
    return made
  }

  /** Digits that look like the hash they stand for. @param length of the hash */
  hex(original: string, length = original.length): string {
    return this.of(`hex-${length}`, original, (n) =>
      createHash('sha512').update(`${length} ${n}`).digest('hex').slice(0, length),
    )
  }
}
