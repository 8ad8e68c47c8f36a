import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { channelLimits } from '../channel.ts'

/** Thrown for a frame that does not open: it was forged, changed, repeated, or an earlier one is missing. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16
const NONCE_BYTES = 12

/** The byte inside the seal that says what a frame is. */
const TYPE_BYTES = 1

/** True when this order or answer fits in one frame. */
export const fitsFrame = (content: string | Uint8Array): boolean =>
  TYPE_BYTES + Buffer.byteLength(content) + TAG_BYTES <= channelLimits.frameBytes

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
 * @returns a function that seals the next content: parts that follow one another
 */
export const createSealer = (key: Uint8Array): ((parts: readonly Uint8Array[]) => Buffer) => {
  let number = 0
  // Made once, since making it takes longer than sealing a small frame.
  const secret = createSecretKey(key)
  return (parts) => {
    const cipher = createCipheriv(CIPHER, secret, nonceOf(++number), { authTagLength: TAG_BYTES })
    return Buffer.concat([...parts.map((part) => cipher.update(part)), cipher.final(), cipher.getAuthTag()])
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
  const secret = createSecretKey(key)
  return (frame) => {
    number++
    try {
      const end = frame.length - TAG_BYTES
      const decipher = createDecipheriv(CIPHER, secret, nonceOf(number), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(frame.subarray(Math.max(0, end)))
      const content = decipher.update(frame.subarray(0, Math.max(0, end)))
      // This verifies the tag; in this mode nothing more comes out of it.
      decipher.final()
      return content
    } catch (cause) {
      throw new SealError('a frame does not bear the seal of the other side', { cause })
    }
  }
}
