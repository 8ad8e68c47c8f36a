/** One message of a netlink datagram. */
export interface NetlinkMessage {
  /** What it is about, as the part of the kernel that sent it numbers it; below 16 for netlink's own. */
  readonly type: number
  /** After the header. */
  readonly body: Uint8Array
}

/** Attributes by their number. */
export type Attributes = ReadonlyMap<number, Uint8Array>

/** A part of a dump that says it is over, in place of an answer; and a refusal. */
export const NLMSG_ERROR = 2
/** The end of a dump. */
export const NLMSG_DONE = 3

const HEADER_BYTES = 16
const ATTRIBUTE_HEADER_BYTES = 4
/** Without the flags "nested" and "network byte order". */
const ATTRIBUTE_TYPE_MASK = 0x3fff

const align = (length: number): number => (length + 3) & ~3

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * The messages of a datagram, without copying.
 *
 * @returns undefined when the datagram is not made of whole messages
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
      body: datagram.subarray(at + HEADER_BYTES, at + length),
    })
    at += align(length)
  }
  return messages
}

/**
 * The attributes that follow each other in `bytes`, without copying; of one that comes twice, the last.
 *
 * @returns undefined when one does not fit
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

/** A number in network byte order. @returns undefined when `bytes` is absent or not that long */
export const bigEndian = (bytes: Uint8Array | undefined, size: 1 | 2 | 4): number | undefined => {
  if (bytes?.length !== size) return undefined
  const view = viewOf(bytes)
  if (size === 1) return view.getUint8(0)
  return size === 2 ? view.getUint16(0) : view.getUint32(0)
}

/** @returns the error number of an error message, 0 for an acknowledgement; undefined when it is cut off */
export const errorOf = (body: Uint8Array): number | undefined =>
  body.length < 4 ? undefined : Math.abs(viewOf(body).getInt32(0, true))

/** A request whose attributes are numbers of 32 bits in network byte order. */
export const encodeRequest = (request: {
  readonly type: number
  readonly flags: number
  /** Between the header and the attributes. */
  readonly head: Uint8Array
  readonly attributes: readonly (readonly [type: number, value: number])[]
}): Uint8Array => {
  const { type, flags, head, attributes } = request
  const message = Buffer.alloc(HEADER_BYTES + head.length + attributes.length * 8)
  message.writeUInt32LE(message.length, 0)
  message.writeUInt16LE(type, 4)
  message.writeUInt16LE(flags, 6)
  message.set(head, HEADER_BYTES)
  for (const [i, [attribute, value]] of attributes.entries()) {
    const at = HEADER_BYTES + head.length + i * 8
    message.writeUInt16LE(8, at)
    message.writeUInt16LE(attribute, at + 2)
    message.writeUInt32BE(value, at + 4)
  }
  return message
}
