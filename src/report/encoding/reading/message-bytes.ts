import { isUtf8 } from 'node:buffer'
import type { ReportLimits } from '../../limits.ts'
import type { Texts } from './texts.ts'

/** Thrown when bytes are not what is read from them, whatever else they may be. */
export class Unreadable extends Error {}

/** Ends reading. */
export function unreadable(): never {
  throw new Unreadable('not what is read')
}

/** MessagePack that is looked for, four bytes at a time. */
export interface EncodedText {
  readonly length: number
  readonly words: Uint32Array
  /** The last bytes, fewer than four. */
  readonly rest: Uint8Array
}

export const encodedText = (bytes: Uint8Array): EncodedText => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = Uint32Array.from({ length: bytes.length >> 2 }, (_, at) => view.getUint32(4 * at))
  return { length: bytes.length, words, rest: bytes.slice(4 * words.length) }
}

/**
 * Reads MessagePack from the first byte on, as values that are expected. What it takes is safe: declared lengths fit in the
 * remaining bytes, texts are valid UTF-8, and neither
 * they nor the number of values are beyond the limits.
 */
export class MessageBytes {
  readonly #bytes: Buffer
  readonly #view: DataView
  readonly #texts: Texts
  readonly #maxEntries: number
  readonly #maxLength: number
  #valuesLeft: number
  #position = 0

  constructor(
    bytes: Uint8Array,
    { values, entriesPerNode, valueLength }: Pick<ReportLimits, 'values' | 'entriesPerNode' | 'valueLength'>,
    texts: Texts,
  ) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#texts = texts
    this.#maxEntries = entriesPerNode
    this.#maxLength = valueLength
    // the outermost value is in no array or map
    this.#valuesLeft = values - 1
  }

  /** Whether all bytes were read. */
  get isAtEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  /** The type byte of the value that comes next; undefined at the end. */
  get nextType(): number | undefined {
    return this.#bytes[this.#position]
  }

  /** @throws {Unreadable} when it is no number */
  number(): number {
    const type = this.#bytes[this.#position] ?? 0xc1
    this.#position += 1
    if (type <= 0x7f) return type
    if (type >= 0xe0) return type - 0x100
    switch (type) {
      case 0xca:
        return this.#view.getFloat32(this.#skip(4))
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8))
      case 0xcc:
        return this.#view.getUint8(this.#skip(1))
      case 0xcd:
        return this.#view.getUint16(this.#skip(2))
      case 0xce:
        return this.#view.getUint32(this.#skip(4))
      case 0xcf: {
        const at = this.#skip(8)
        return this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4)
      }
      case 0xd0:
        return this.#view.getInt8(this.#skip(1))
      case 0xd1:
        return this.#view.getInt16(this.#skip(2))
      case 0xd2:
        return this.#view.getInt32(this.#skip(4))
      case 0xd3: {
        const at = this.#skip(8)
        return this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4)
      }
      default:
        return unreadable()
    }
  }

  /** @throws {Unreadable} when it is neither true nor false */
  boolean(): boolean {
    const type = this.#bytes[this.#skip(1)]
    return type === 0xc3 || (type === 0xc2 ? false : unreadable())
  }

  /** @throws {Unreadable} when it is not nil */
  nil(): null {
    return this.#bytes[this.#skip(1)] === 0xc0 ? null : unreadable()
  }

  /** @throws {Unreadable} when it is no text, one that is too long, or one that is not valid UTF-8 */
  text(): string {
    const length = this.#textLength()
    const start = this.#skip(length)
    const end = this.#position
    const text = this.#texts.ascii(this.#bytes, start, end) ?? this.#utf8(start, end)
    return text.length <= this.#maxLength ? text : unreadable()
  }

  /** Begins an array. @returns how many elements follow; @throws {Unreadable} when it is none */
  array(): number {
    const type = this.#bytes[this.#skip(1)] as number
    if (type >= 0x90 && type <= 0x9f) return this.#open(type & 0x0f, 1)
    if (type === 0xdc) return this.#open(this.#view.getUint16(this.#skip(2)), 1)
    return type === 0xdd ? this.#open(this.#view.getUint32(this.#skip(4)), 1) : unreadable()
  }

  /** Begins a map. @returns how many keys with values follow; @throws {Unreadable} when it is none */
  map(): number {
    const type = this.#bytes[this.#skip(1)] as number
    if (type >= 0x80 && type <= 0x8f) return this.#openMap(type & 0x0f)
    if (type === 0xde) return this.#openMap(this.#view.getUint16(this.#skip(2)))
    return type === 0xdf ? this.#openMap(this.#view.getUint32(this.#skip(4))) : unreadable()
  }

  /** Reads these bytes, if they are what comes next. */
  isNext({ length, words, rest }: EncodedText): boolean {
    let at = this.#position
    const end = at + length
    if (end > this.#bytes.length) return false
    for (let word = 0; word < words.length; word++, at += 4)
      if (words[word] !== this.#view.getUint32(at)) return false
    for (let byte = 0; byte < rest.length; byte++, at++) if (rest[byte] !== this.#bytes[at]) return false
    this.#position = end
    return true
  }

  #utf8(start: number, end: number): string {
    // a text has at least one character in three bytes
    if (end - start > 3 * this.#maxLength) unreadable()
    return isUtf8(this.#bytes.subarray(start, end)) ? this.#bytes.toString('utf8', start, end) : unreadable()
  }

  #openMap(size: number): number {
    return size <= this.#maxEntries ? this.#open(size, 2) : unreadable()
  }

  #open(size: number, leastBytes: 1 | 2): number {
    this.#valuesLeft -= size
    if (this.#valuesLeft < 0 || this.#position + leastBytes * size > this.#bytes.length) unreadable()
    return size
  }

  #textLength(): number {
    const type = this.#bytes[this.#skip(1)] as number
    if (type >= 0xa0 && type <= 0xbf) return type & 0x1f
    if (type === 0xd9) return this.#view.getUint8(this.#skip(1))
    if (type === 0xda) return this.#view.getUint16(this.#skip(2))
    return type === 0xdb ? this.#view.getUint32(this.#skip(4)) : unreadable()
  }

  /** @returns where the bytes begin that are passed over */
  #skip(size: number): number {
    const start = this.#position
    if (start + size > this.#bytes.length) unreadable()
    this.#position = start + size
    return start
  }
}
