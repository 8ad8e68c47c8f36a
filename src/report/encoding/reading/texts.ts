/** Longer texts are seldom there twice. */
const MAX_LENGTH = 96

const FIRST_SLOTS = 1 << 10
/** With texts of the greatest length, these take 8 MB. */
const MAX_SLOTS = 1 << 16

/**
 * Texts that occur again and again in the messages of probes, such as ids: each is one string, however often it was read. It
 * keeps at most {@link MAX_SLOTS} short ones; which, the bytes decide, so a text that is not kept is just made anew.
 */
export class Texts {
  #slots: (string | undefined)[] = []
  #replaced = 0

  /**
   * The text of some bytes, if they are ASCII and few; else undefined.
   *
   * @param end after the last byte
   */
  ascii(bytes: Buffer, start: number, end: number): string | undefined {
    const length = end - start
    if (length > MAX_LENGTH) return undefined
    let hash = length
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if (byte > 0x7f) return undefined
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    if (this.#slots.length === 0) this.#slots = new Array(FIRST_SLOTS)
    const slot = (hash ^ (hash >>> 15)) & (this.#slots.length - 1)
    const known = this.#slots[slot]
    if (known !== undefined && known.length === length && isSame(known, bytes, start)) return known
    const text = bytes.toString('latin1', start, end)
    this.#slots[slot] = text
    if (known !== undefined) this.#grow()
    return text
  }

  /** There are twice as many slots once as many texts were replaced by others as there are slots. */
  #grow(): void {
    this.#replaced += 1
    const { length } = this.#slots
    if (this.#replaced < length || length >= MAX_SLOTS) return
    this.#replaced = 0
    this.#slots = new Array(2 * length)
  }
}

const isSame = (text: string, bytes: Buffer, start: number): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false
  return true
}
