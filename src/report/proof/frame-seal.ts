import { createCipheriv, createDecipheriv } from 'node:crypto'
import { channelLimits } from '../channel.ts'

/** Thrown for a frame that does not open: it was forged, changed, repeated, or an earlier one is missing. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16
const NONCE_BYTES = 12

/** True when this content fits in one frame. */
export const fitsFrame = (content: string | Uint8Array): boolean =>
  Buffer.byteLength(content) + TAG_BYTES <= channelLimits.frameBytes

/** The number of a frame is its nonce: never used twice, since each direction of each channel has its own key. */
const nonceOf = (number: number): Buffer => {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeBigUInt64BE(BigInt(number), NONCE_BYTES - 8)
  return nonce
}

/**
 * Seals the frames of one direction with AES-256-GCM and their number: nobody between probe and app can read, forge,
 * change, repeat or leave out a frame unnoticed.
 *
 * @param key of this direction of this channel, see `channelKeys`
 * @returns a function that seals the next content
 */
export const createSealer = (key: Uint8Array): ((content: string | Uint8Array) => Buffer) => {
  let number = 0
  return (content) => {
    const cipher = createCipheriv(CIPHER, key, nonceOf(++number), { authTagLength: TAG_BYTES })
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

/**
 * The counterpart of {@link createSealer} at the receiving end.
 *
 * @returns a function that opens the next frame. It throws {@link SealError} when the frame is not the next one that
 * the sender sealed.
 */
export const createOpener = (key: Uint8Array): ((frame: Uint8Array) => Buffer) => {
  let number = 0
  return (frame) => {
    number++
    try {
      const end = frame.length - TAG_BYTES
      const decipher = createDecipheriv(CIPHER, key, nonceOf(number), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(frame.subarray(Math.max(0, end)))
      return Buffer.concat([decipher.update(frame.subarray(0, Math.max(0, end))), decipher.final()])
    } catch (cause) {
      throw new SealError('a frame does not bear the seal of the other side', { cause })
    }
  }
}
