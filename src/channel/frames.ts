import { ProtocolError } from './errors.ts'
import { CREDIT_BYTES, type Lane, lanes, MAX_NOTE_BYTES } from './stream.ts'

/** Most bytes of a stream in one frame: as much as Docker passes on at a time. */
export const MAX_DATA_BYTES = 32 * 1024

/** Most bytes of the reason in a `cancel`, in UTF-8. */
export const MAX_REASON_BYTES = 500

/**
 * What is inside the seal of a frame. `request` and `open` go from app to probe, `answer` back, all others both ways. `id` is the
 * number of the order that opened the stream.
 */
export type Frame =
  /** An order as `signOrder` makes it; `open` asks for a stream beside the answer. */
  | { readonly type: 'request' | 'open'; readonly order: Uint8Array }
  /** JSON of `answerSchema`. */
  | { readonly type: 'answer'; readonly json: Uint8Array }
  | {
      readonly type: 'data'
      readonly id: number
      readonly lane: Lane
      /** One after another; decoded frames have one part. */
      readonly parts: readonly Uint8Array[]
    }
  /** That much has been read of the stream and may be sent anew. */
  | { readonly type: 'credit'; readonly id: number; readonly bytes: number }
  /** That many bytes of data have arrived, of all streams together; whether they were read, `credit` says. */
  | { readonly type: 'arrived'; readonly bytes: number }
  /**
   * Milliseconds of a monotonic clock of the probe, 0 when the channel opened. From probe to app: what it shows. From app to probe: what
   * it shows at least now, and so when the order that follows was given.
   */
  | { readonly type: 'clock'; readonly ms: number }
  /** The sender sends no more on this stream. */
  | { readonly type: 'end'; readonly id: number }
  /**
   * The sender neither sends nor reads any more on this stream, or gives up the order of this number. The other end answers it
   * with `cancel` unless it has ended its direction before.
   */
  | { readonly type: 'cancel'; readonly id: number; readonly reason: string }

/** First byte of each type. A byte that is not here is refused. */
const typeBytes = {
  request: 1,
  open: 2,
  answer: 3,
  data: 4,
  credit: 5,
  end: 6,
  cancel: 7,
  arrived: 8,
  clock: 9,
} as const
const types = new Map<number, Frame['type']>(
  Object.entries(typeBytes).map(([type, byte]) => [byte, type as Frame['type']]),
)

const ID_BYTES = 6
const HEAD_BYTES = 1 + ID_BYTES
const ARRIVED_BYTES = 5
const CLOCK_BYTES = 7

const headOf = (type: Frame['type'], number: number, more = 0): Buffer => {
  const head = Buffer.allocUnsafe(HEAD_BYTES + more)
  head[0] = typeBytes[type]
  head.writeUIntBE(number, 1, ID_BYTES)
  return head
}

/**
 * Encodes a frame: one byte for the type, then for frames of a stream its id (6 bytes, big-endian), then the lane (1 byte) and the
 * bytes, or the credit (4 bytes), or the reason. `arrived` has its number (4 bytes) only, `clock` its milliseconds (6 bytes).
 *
 * @returns parts that follow one another; the payload is not copied
 */
export const encodeFrame = (frame: Frame): readonly Uint8Array[] => {
  switch (frame.type) {
    case 'request':
    case 'open':
      return [Buffer.of(typeBytes[frame.type]), frame.order]
    case 'answer':
      return [Buffer.of(typeBytes.answer), frame.json]
    case 'data': {
      const head = headOf('data', frame.id, 1)
      head[HEAD_BYTES] = lanes.indexOf(frame.lane)
      return [head, ...frame.parts]
    }
    case 'arrived': {
      const content = Buffer.alloc(ARRIVED_BYTES)
      content[0] = typeBytes.arrived
      content.writeUInt32BE(frame.bytes, 1)
      return [content]
    }
    case 'clock':
      return [headOf('clock', frame.ms)]
    case 'credit': {
      const head = headOf('credit', frame.id, 4)
      head.writeUInt32BE(frame.bytes, HEAD_BYTES)
      return [head]
    }
    case 'end':
      return [headOf('end', frame.id)]
    case 'cancel':
      return [headOf('cancel', frame.id), Buffer.from(cut(frame.reason, MAX_REASON_BYTES))]
  }
}

/** Cuts a text at a character, so that it has at most that many bytes in UTF-8. */
const cut = (text: string, maxBytes: number): string => {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes))
  return text.slice(0, read)
}

/**
 * Decodes what {@link encodeFrame} made. The payload is not copied: it is a part of `content`.
 *
 * @throws {ProtocolError} when it is no frame, or larger than a frame of its type may be
 */
export const decodeFrame = (content: Buffer): Frame => {
  const type = types.get(content[0] ?? 0)
  switch (type) {
    case undefined:
      throw new ProtocolError(content.length === 0 ? 'an empty frame' : `no frame has the type ${content[0]}`)
    case 'request':
    case 'open':
      return { type, order: content.subarray(1) }
    case 'answer':
      return { type, json: content.subarray(1) }
    case 'arrived':
      expectSize(type, content.length, ARRIVED_BYTES, ARRIVED_BYTES)
      return { type, bytes: content.readUInt32BE(1) }
    case 'clock':
      expectSize(type, content.length, CLOCK_BYTES, CLOCK_BYTES)
      return { type, ms: content.readUIntBE(1, ID_BYTES) }
    default:
      return decodeStreamFrame(type, content)
  }
}

const decodeStreamFrame = (type: 'data' | 'credit' | 'end' | 'cancel', content: Buffer): Frame => {
  const size = content.length - HEAD_BYTES
  expectSize(type, size, 0, Number.POSITIVE_INFINITY)
  const id = content.readUIntBE(1, ID_BYTES)
  if (id === 0) throw new ProtocolError(`a frame ${type} names no stream`)
  switch (type) {
    case 'data': {
      const lane = lanes[content[HEAD_BYTES] ?? lanes.length]
      if (lane === undefined) throw new ProtocolError(`a stream has no lane ${content[HEAD_BYTES]}`)
      expectSize(type, size - 1, 1, lane === 'note' ? MAX_NOTE_BYTES : MAX_DATA_BYTES)
      return { type, id, lane, parts: [content.subarray(HEAD_BYTES + 1)] }
    }
    case 'credit': {
      expectSize(type, size, 4, 4)
      const bytes = content.readUInt32BE(HEAD_BYTES)
      if (bytes === 0 || bytes > CREDIT_BYTES) throw new ProtocolError(`${bytes} bytes are no credit`)
      return { type, id, bytes }
    }
    case 'end':
      expectSize(type, size, 0, 0)
      return { type, id }
    case 'cancel':
      expectSize(type, size, 0, MAX_REASON_BYTES)
      return { type, id, reason: content.toString('utf8', HEAD_BYTES) }
  }
}

const expectSize = (type: Frame['type'], size: number, least: number, most: number): void => {
  if (size < least || size > most)
    throw new ProtocolError(`a frame ${type} has ${size} bytes where ${least} to ${most} are allowed`)
}
