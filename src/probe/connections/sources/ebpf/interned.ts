/** How many distinct values are cached; when there are more, the cache is emptied. */
const MAX_VALUES = 4096

/**
 * Caches values decoded from memory. At thousands of connections a second, most decoded values would be the same few
 * processes and addresses again.
 *
 * @param words how many 32-bit words determine the value
 * @param make decodes the value
 */
export const interned = <T>(words: number, make: (view: DataView, at: number) => T) => {
  const byFirstWord = new Map<number, { readonly words: Uint32Array; readonly value: T }>()

  /** @param first offset, in words, of the word in which values differ most: it is the key of the cache */
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
