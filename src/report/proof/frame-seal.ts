import { createHmac, timingSafeEqual } from 'node:crypto'
import { channelLimits } from '../channel.ts'

/** Direction of a frame on a channel. */
export type FrameDirection = 'to-app' | 'to-probe'

/** Thrown for a frame whose seal does not match: it was forged, changed, repeated, or an earlier one is missing. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const MAC_LENGTH = 43

/** True when the sealed text fits in one frame. */
export const fitsFrame = (text: string): boolean =>
  Buffer.byteLength(text) + MAC_LENGTH <= channelLimits.frameBytes

const macOf = (key: Uint8Array, direction: FrameDirection, number: number, text: string): Buffer =>
  createHmac('sha256', key).update(`${direction}\n${number}\n${text}`).digest()

/**
 * Seals the frames of one direction. Each frame starts with an HMAC over its direction, its sequence number and its
 * text, so nobody between probe and app can forge, change, repeat or drop a frame unnoticed.
 *
 * @param key of this channel, see `channelKey`
 * @returns a function that seals the next text
 */
export const createSealer = (key: Uint8Array, direction: FrameDirection): ((text: string) => string) => {
  let number = 0
  return (text) => {
    number++
    return `${macOf(key, direction, number, text).toString('base64url')}${text}`
  }
}

/**
 * The counterpart of {@link createSealer} at the receiving end.
 *
 * @returns a function that checks the next frame and returns its text. It throws {@link SealError} when the frame is
 * not the next one that the sender sealed.
 */
export const createOpener = (key: Uint8Array, direction: FrameDirection): ((frame: string) => string) => {
  let number = 0
  return (frame) => {
    number++
    const text = frame.slice(MAC_LENGTH)
    const given = Buffer.from(frame.slice(0, MAC_LENGTH), 'base64url')
    const expected = macOf(key, direction, number, text)
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new SealError('a frame does not bear the seal of the other side')
    return text
  }
}
