import { inflateRawSync } from 'node:zlib'
import type { ViewFrame } from '../../../src/view-stream/frame.ts'

/** A frame of a view's socket, as `page.routeWebSocket` passes it on. */
export const frameOf = (message: string | Buffer): ViewFrame =>
  JSON.parse(typeof message === 'string' ? message : inflateRawSync(message).toString())

/** A frame that only tells that the app is there. @param seq of the last frame that was passed on */
export const signOfLife = (seq: number): string => JSON.stringify({ seq, base: seq } satisfies ViewFrame)
