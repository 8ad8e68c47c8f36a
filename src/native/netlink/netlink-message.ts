/** One message of a netlink datagram. */
export interface NetlinkMessage {
  /** The message type, as numbered by the kernel subsystem that sent it; types below 16 are netlink's own. */
  readonly type: number
  /** The number of the request that it answers; 0 for events. */
  readonly sequence: number
  /** The payload after the header. */
  readonly body: Uint8Array
}

/** Attributes by their number. */
export type Attributes = ReadonlyMap<number, Uint8Array>

/** Type of an error message, sent instead of an answer; also of an acknowledgement. */
export const NLMSG_ERROR = 2
/** Type of the message that ends a dump. */
export const NLMSG_DONE = 3

const HEADER_BYTES = 16
const ATTRIBUTE_HEADER_BYTES = 4
/** Mask that removes the flags "nested" and "network byte order" from an attribute type. */
const ATTRIBUTE_TYPE_MASK = 0x3fff

const align = (length: number): number => (length + 3) & ~3

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * Splits a datagram into its messages, without copying.
 *
 * @returns undefined when the datagram does not consist of complete messages
 */
export const splitMessages = (datagram: Uint8Array): readonly NetlinkMessage[] | undefined => {
  const view = viewOf(datagram)
  const messages: NetlinkMessage[] = []
  for (let at = 0; at < datagram.length; ) {
    if (at + HEADER_BYTES > datagram.length) return undefined
    const length = view.getUint32(at, true)
    if (length < HEADER_BYTES || at + length > datagram.length) return undefined
    messages.push({
      type: view.getUint16(at + 4, true),
      sequence: view.getUint32(at + 8, true),
      body: datagram.subarray(at + HEADER_BYTES, at + length),
    })
    at += align(length)
  }
  return messages
}

/**
 * Reads a sequence of attributes, without copying. When an attribute occurs twice, the last counts.
 *
 * @returns undefined when an attribute extends beyond `bytes`
 */
export const readAttributes = (bytes: Uint8Array): Attributes | undefined => {
  const view = viewOf(bytes)
  const attributes = new Map<number, Uint8Array>()
  for (let at = 0; at + ATTRIBUTE_HEADER_BYTES <= bytes.length; ) {
    const length = view.getUint16(at, true)
    if (length < ATTRIBUTE_HEADER_BYTES || at + length > bytes.length) return undefined
    const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK
    attributes.set(type, bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + length))
    at += align(length)
  }
  return attributes
}

/** Reads a number in network byte order. @returns undefined when `bytes` is absent or has another length */
export const bigEndian = (bytes: Uint8Array | undefined, size: 1 | 2 | 4): number | undefined => {
  if (bytes?.length !== size) return undefined
  const view = viewOf(bytes)
  if (size === 1) return view.getUint8(0)
  return size === 2 ? view.getUint16(0) : view.getUint32(0)
}

/** @returns the error number in the body of an error message, 0 for an acknowledgement; undefined when it is cut off */
export const errorOf = (body: Uint8Array): number | undefined =>
  body.length < 4 ? undefined : Math.abs(viewOf(body).getInt32(0, true))

/** Encodes a request whose attributes are 32-bit numbers in network byte order, or four bytes as they are. */
export const encodeRequest = (request: {
  readonly type: number
  readonly flags: number
  /** A number that the answer repeats; 0 by default. */
  readonly sequence?: number
  /** Bytes between the header and the attributes. */
  readonly head: Uint8Array
  readonly attributes: readonly (readonly [type: number, value: number | Uint8Array])[]
}): Uint8Array => {
  const { type, flags, sequence = 0, head, attributes } = request
  const message = Buffer.alloc(HEADER_BYTES + head.length + attributes.length * 8)
  message.writeUInt32LE(message.length, 0)
  message.writeUInt16LE(type, 4)
  message.writeUInt16LE(flags, 6)
  message.writeUInt32LE(sequence, 8)
  message.set(head, HEADER_BYTES)
  for (const [i, [attribute, value]] of attributes.entries()) {
    const at = HEADER_BYTES + head.length + i * 8
    message.writeUInt16LE(8, at)
    message.writeUInt16LE(attribute, at + 2)
    if (typeof value === 'number') message.writeUInt32BE(value, at + 4)
    else message.set(value, at + 4)
  }
  return message
}
