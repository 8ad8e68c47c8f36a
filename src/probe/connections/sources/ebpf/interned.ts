/** Distinct values kept before all are forgotten. */
const MAX_VALUES = 4096

/**
 * Makes a value of some words of memory once, however often they are met: at thousands of connections a second most of what
 * reading them would make is the same few processes and addresses again.
 *
 * @param words how many 32-bit words decide the value
 * @param make reads it
 */
export const interned = <T>(words: number, make: (view: DataView, at: number) => T) => {
  const byFirstWord = new Map<number, { readonly words: Uint32Array; readonly value: T }>()

  /** @param first of the words to compare, the one in which values differ most: an offset in words */
  return (view: DataView, at: number, first = 0): T => {
    const key = view.getUint32(at + 4 * first, true)
    const known = byFirstWord.get(key)
    if (known) {
      let i = 0
      while (i < words && known.words[i] === view.getUint32(at + 4 * i, true)) i++
      if (i === words) return known.value
    }
    const value = make(view, at)
    const copy = new Uint32Array(words)
    for (let i = 0; i < words; i++) copy[i] = view.getUint32(at + 4 * i, true)
    if (byFirstWord.size >= MAX_VALUES) byFirstWord.clear()
    byFirstWord.set(key, { words: copy, value })
    return value
  }
}
