import { deflateRawSync } from 'node:zlib'
import { ViewEncoder } from '../../view-stream/encode.ts'
import { LARGE_FRAME_LENGTH, type ViewFrame } from '../../view-stream/frame.ts'
import type { ChannelSource, FrameContent } from '../push/channel.ts'
import type { ShownView } from './encode.ts'

/** Of the levels, the first shrinks frames to a fifth already, and takes the least time by far. */
const FASTEST = 1

/** The source of one channel that sends a view as `ViewFrame`s. */
export const frameSource = (current: () => ShownView): ChannelSource<ShownView> => {
  const encoder = new ViewEncoder()
  return {
    current,
    encodeReset: (view) => encoded(encoder.whole(view)),
    encodeChange: (_, view) => {
      const change = encoder.change(view)
      return change && encoded(change)
    },
    encodeEmpty: () => encoded(encoder.alive()),
  }
}

/** JSON, compressed when it is large: once for all sockets. */
const encoded = (frame: ViewFrame): FrameContent => {
  const text = JSON.stringify(frame)
  return text.length < LARGE_FRAME_LENGTH ? text : deflateRawSync(text, { level: FASTEST })
}
