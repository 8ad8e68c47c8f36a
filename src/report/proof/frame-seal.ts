import { createHmac, timingSafeEqual } from 'node:crypto'
import { channelLimits } from '../channel.ts'

/** Which way a frame of a channel goes. */
export type FrameDirection = 'to-app' | 'to-probe'

/** A frame that is not the next one that the other side sealed. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const MAC_LENGTH = 43

/** True when the text, once sealed, is not larger than a frame may be. */
export const fitsFrame = (text: string): boolean =>
  Buffer.byteLength(text) + MAC_LENGTH <= channelLimits.frameBytes

const macOf = (key: Uint8Array, direction: FrameDirection, number: number, text: string): Buffer =>
  createHmac('sha256', key).update(`${direction}\n${number}\n${text}`).digest()

/**
 * Seals the frames that go one way: each carries an HMAC over its place in the sequence and its text. Whoever sits between
 * probe and app can thus neither make up a frame, nor change, repeat or leave one out.
 *
 * @param key of this one channel, see `channelKey`
 * @returns makes the next frame of a text
 */
export const createSealer = (key: Uint8Array, direction: FrameDirection): ((text: string) => string) => {
  let number = 0
  return (text) => {
    number++
    return `${macOf(key, direction, number, text).toString('base64url')}${text}`
  }
}

/**
 * The other end of {@link createSealer}.
 *
 * @returns gives the text of the next frame
 * @throws {SealError} from what is returned, when it is not that
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
