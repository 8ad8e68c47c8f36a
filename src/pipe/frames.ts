import { type Chunk, type Lane, lanes } from '../channel/lanes.ts'
import type { AppNote, ViewerNote } from './notes.ts'

/**
 * The binary frames of a pipe's WebSocket in the format `lanes`: a byte with the lane (its place in `lanes`), then what it carries.
 * No code of Node, and no zod: the page has it in its bundle.
 */

/** Most bytes that a frame carries beside its lane. The app closes the socket on longer ones. */
export const MAX_PAYLOAD_BYTES = 16 * 1024

/** WebSocket close code: somebody else looks at the pipe now. */
export const TAKEN_OVER_CODE = 4001

/**
 * Encodes a frame.
 *
 * @example socket.send(frameOf('in', new TextEncoder().encode('ls\r')))
 */
export const frameOf = (lane: Lane, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const frame = new Uint8Array(1 + bytes.length)
  frame[0] = lanes.indexOf(lane)
  frame.set(bytes, 1)
  return frame
}

/** Encodes a frame with a note. */
export const noteFrameOf = (note: AppNote | ViewerNote): Uint8Array<ArrayBuffer> =>
  frameOf('note', new TextEncoder().encode(JSON.stringify(note)))

/** Reads a frame. @returns what it carries, as a part of the given bytes; undefined when it has no lane that there is */
export const parseFrame = (frame: Uint8Array): Chunk | undefined => {
  const lane = lanes[frame[0] ?? lanes.length]
  return lane === undefined ? undefined : { lane, bytes: frame.subarray(1) }
}

/** The value that a note's JSON holds. @throws {SyntaxError} when it is no JSON @throws {TypeError} when it is no UTF-8 */
export const jsonOfNote = (bytes: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
