import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true })

/** A value as MessagePack, as probes encode it. */
export const packed = (value: unknown): Uint8Array => packr.pack(value)

/** Writes MessagePack from prepared bytes and numbers that go between them. */
export interface Writer {
  /** Begins a message that is made of these bytes. */
  begin(prepared: Uint8Array): void
  /** Appends a part of the prepared bytes. */
  part(from: number, to: number): void
  bytes(some: Uint8Array): void
  number(value: number): void
  mapHeader(entries: number): void
  arrayHeader(length: number): void
  /** What was written since {@link begin}; valid until the next one. */
  end(): Uint8Array
}

const FIRST_SIZE = 1 << 20

/** Creates a writer with room of its own, which grows as needed. */
export const createWriter = (): Writer => {
  let room = new Uint8Array(FIRST_SIZE)
  let view = new DataView(room.buffer)
  let start = 0
  let at = 0

  const ensure = (more: number): void => {
    if (at + more <= room.length) return
    const larger = new Uint8Array(2 * (at + more))
    larger.set(room.subarray(0, at))
    room = larger
    view = new DataView(room.buffer)
  }

  /** One of the headers of maps and arrays: a byte for few entries, else one with two that count. */
  const header = (length: number, few: number, many: number): void => {
    ensure(3)
    if (length < 16) room[at++] = few | length
    else {
      if (length > 0xffff) throw new Error(`${length} entries are more than a simulated host has`)
      room[at++] = many
      view.setUint16(at, length)
      at += 2
    }
  }

  return {
    begin(prepared) {
      at = 0
      ensure(prepared.length)
      room.set(prepared)
      start = at = prepared.length
    },
    part(from, to) {
      ensure(to - from)
      room.copyWithin(at, from, to)
      at += to - from
    },
    bytes(some) {
      ensure(some.length)
      room.set(some, at)
      at += some.length
    },
    number(value) {
      ensure(9)
      if (value >>> 0 === value) {
        if (value < 0x80) room[at++] = value
        else if (value < 0x100) {
          room[at++] = 0xcc
          room[at++] = value
        } else if (value < 0x10000) {
          room[at++] = 0xcd
          view.setUint16(at, value)
          at += 2
        } else {
          room[at++] = 0xce
          view.setUint32(at, value)
          at += 4
        }
        return
      }
      room[at++] = 0xcb
      view.setFloat64(at, value)
      at += 8
    },
    mapHeader: (entries) => header(entries, 0x80, 0xde),
    arrayHeader: (length) => header(length, 0x90, 0xdc),
    end: () => room.subarray(start, at),
  }
}
