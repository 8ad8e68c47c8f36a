import { isUtf8 } from 'node:buffer'
import type { ReportLimits } from '../limits.ts'
import { ReportError } from '../report-error.ts'
import { fieldPath } from './field-path.ts'

/** Limits that a MessagePack body is checked against before it is decoded. */
export type InspectionLimits = Pick<ReportLimits, 'depth' | 'values' | 'entriesPerNode' | 'valueLength'>

/**
 * Checks MessagePack bytes without building anything from them, so that decoding them afterwards is safe. The bytes
 * must hold exactly one value with nothing after it, declared lengths must fit in the remaining bytes, map keys must be
 * distinct strings other than `__proto__`, strings must be valid UTF-8, and extension types are not allowed.
 *
 * The walk keeps its own stack instead of recursing, and its memory use depends on the nesting depth and the map keys
 * that are really there, not on declared sizes.
 *
 * @throws {ReportError} with the place of the fault
 */
export const inspectMessagePack = (bytes: Uint8Array, limits: InspectionLimits): void => {
  new Inspection(bytes, limits).run()
}

/** An array or map that is being read. */
interface Frame {
  isMap: boolean
  /** Elements or entries still to come. */
  remaining: number
  /** Array: index of the current element. */
  index: number
  /** Map: byte range of the current entry's key. */
  keyStart: number
  keyEnd: number
  readonly keys: Set<string>
}

const newFrame = (): Frame => ({
  isMap: false,
  remaining: 0,
  index: -1,
  keyStart: 0,
  keyEnd: 0,
  keys: new Set(),
})

/** Payload bytes of nil, booleans, floats and integers, by type byte. */
const SCALAR_BYTES = new Map([
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
])

const forbiddenType = (type: number): string => {
  if (type === 0xc1) return 'the byte 0xc1, which is no MessagePack type,'
  return type >= 0xc4 && type <= 0xc6 ? 'binary data' : 'a MessagePack extension type'
}

class Inspection {
  readonly #bytes: Buffer
  readonly #limits: InspectionLimits
  /** Frames are reused: there are as many as the greatest depth so far, not one per array or map. */
  readonly #frames: Frame[] = []
  #depth = 0
  #position = 0

  constructor(bytes: Uint8Array, limits: InspectionLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#limits = limits
  }

  run(): void {
    if (this.#bytes.length === 0) this.#fail('empty', 'the body is empty; expected one MessagePack map')
    let values = 0
    do {
      if (this.#depth > 0) this.#enterElement()
      values += 1
      if (values > this.#limits.values)
        this.#fail('too_many_values', `more than ${this.#limits.values} values in the body`, 413)
      this.#value()
      while (this.#depth > 0 && this.#frames[this.#depth - 1]?.remaining === 0) this.#depth -= 1
    } while (this.#depth > 0)
    const rest = this.#bytes.length - this.#position
    if (rest > 0) this.#fail('trailing_bytes', `${rest} bytes after the end of the report`)
  }

  #enterElement(): void {
    const frame = this.#frames[this.#depth - 1] as Frame
    frame.remaining -= 1
    frame.index += 1
    if (!frame.isMap) return
    frame.keyStart = frame.keyEnd = this.#position
    const length = this.#stringLength(this.#byte())
    if (length === undefined) this.#fail('invalid_key', 'a map key that is not a string')
    frame.keyStart = this.#position
    this.#string(length)
    frame.keyEnd = this.#position
    const key = this.#bytes.toString('latin1', frame.keyStart, frame.keyEnd)
    if (key === '__proto__') this.#fail('invalid_key', 'the key __proto__ is not allowed')
    if (frame.keys.has(key)) this.#fail('duplicate_key', 'a key that is there twice')
    frame.keys.add(key)
  }

  #value(): void {
    const type = this.#byte()
    if (type <= 0x7f || type >= 0xe0) return
    const scalarBytes = SCALAR_BYTES.get(type)
    if (scalarBytes !== undefined) this.#skip(scalarBytes)
    else if (type <= 0x8f) this.#open(true, type & 0x0f)
    else if (type <= 0x9f) this.#open(false, type & 0x0f)
    else if (type >= 0xdc) this.#open(type >= 0xde, this.#uint(type % 2 === 0 ? 2 : 4))
    else {
      const length = this.#stringLength(type)
      if (length === undefined) this.#fail('unsupported_type', `${forbiddenType(type)} is not allowed`)
      this.#string(length)
    }
  }

  #open(isMap: boolean, size: number): void {
    const rest = this.#bytes.length - this.#position
    const leastBytes = isMap ? 2 * size : size
    if (leastBytes > rest)
      this.#fail('truncated', `${isMap ? 'a map' : 'an array'} of ${size} declared with ${rest} bytes left`)
    if (isMap && size > this.#limits.entriesPerNode)
      this.#fail('too_many_entries', `a map of ${size} entries; at most ${this.#limits.entriesPerNode}`, 413)
    if (this.#depth >= this.#limits.depth)
      this.#fail('too_deep', `arrays and maps nested more than ${this.#limits.depth} deep`)
    if (size === 0) return
    let frame = this.#frames[this.#depth]
    if (frame === undefined) {
      frame = newFrame()
      this.#frames.push(frame)
    }
    frame.isMap = isMap
    frame.remaining = size
    frame.index = -1
    frame.keyStart = frame.keyEnd = this.#position
    frame.keys.clear()
    this.#depth += 1
  }

  #stringLength(type: number): number | undefined {
    if (type >= 0xa0 && type <= 0xbf) return type & 0x1f
    if (type === 0xd9) return this.#uint(1)
    if (type === 0xda) return this.#uint(2)
    if (type === 0xdb) return this.#uint(4)
    return undefined
  }

  #string(length: number): void {
    const start = this.#position
    this.#skip(length)
    // Most strings are short and ASCII: checking those in JavaScript is faster than a call into native code.
    const end = this.#position
    const { valueLength } = this.#limits
    if (length <= 64 && length <= valueLength) {
      let i = start
      while (i < end && (this.#bytes[i] as number) < 0x80) i += 1
      if (i === end) return
    }
    if (!isUtf8(this.#bytes.subarray(start, end)))
      this.#fail('invalid_utf8', 'a string that is not valid UTF-8')
    // UTF-16 has at most as many units as UTF-8 has bytes, and at least a third of them.
    if (length <= valueLength) return
    if (length > 3 * valueLength || this.#bytes.toString('utf8', start, end).length > valueLength)
      this.#fail('too_long', `a text of more than ${valueLength} characters`, 413)
  }

  #byte(): number {
    return this.#uint(1)
  }

  #uint(size: 1 | 2 | 4): number {
    const at = this.#position
    this.#skip(size)
    if (size === 1) return this.#bytes[at] as number
    return size === 2 ? this.#bytes.readUInt16BE(at) : this.#bytes.readUInt32BE(at)
  }

  #skip(size: number): void {
    const rest = this.#bytes.length - this.#position
    if (size > rest) this.#fail('truncated', `${size} bytes declared with ${rest} left`)
    this.#position += size
  }

  #fail(code: string, message: string, status: 400 | 413 = 400): never {
    const steps = this.#frames
      .slice(0, this.#depth)
      .map((frame) =>
        frame.isMap ? this.#bytes.toString('utf8', frame.keyStart, frame.keyEnd) : frame.index,
      )
      .filter((step) => step !== '' && step !== -1)
    const field = fieldPath(steps)
    throw new ReportError(code, `${message}, at byte ${this.#position}`, {
      status,
      ...(field === undefined ? {} : { field }),
    })
  }
}
