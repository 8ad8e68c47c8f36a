/** A DNS message, and the socket that received it. */
export interface ReceivedMessage {
  /** Inode of the cgroup v2 directory of the socket; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace of the socket; 0 = unknown. */
  readonly netns: number
  /** A copy of the message, cut off when the message was long. */
  readonly message: Buffer
}

/** Bytes of `struct dns_receiver` in bpf/dns.h. */
const RECEIVER_BYTES = 16

/**
 * Reads a sample of the program in `bpf/dns.bpf.c`.
 *
 * @returns undefined when it is not a valid sample
 */
export const readReceived = (view: DataView, offset: number, length: number): ReceivedMessage | undefined => {
  if (length < RECEIVER_BYTES || offset + length > view.byteLength) return undefined
  const messageAt = view.getUint16(offset + 12, true)
  const bytes = view.getUint16(offset + 14, true)
  if (messageAt > bytes || RECEIVER_BYTES + bytes > length) return undefined
  const packet = offset + RECEIVER_BYTES
  return {
    cgroupId: Number(view.getBigUint64(offset, true)),
    netns: view.getUint32(offset + 8, true),
    message: Buffer.from(
      new Uint8Array(view.buffer, view.byteOffset + packet + messageAt, bytes - messageAt),
    ),
  }
}
