import { decodeFrame, encodeFrame } from '../../../src/channel/frames.ts'
import { Mux, type MuxFrame } from '../../../src/channel/mux/mux.ts'

/** Two muxes whose frames reach the other one as they are encoded, in order, and not at once. */
export interface JoinedMuxes {
  readonly ours: Mux
  readonly theirs: Mux
  /** What a mux threw when it took a frame of the other. */
  readonly errors: readonly unknown[]
}

export const joinedMuxes = (): JoinedMuxes => {
  const errors: unknown[] = []
  const sendTo = (other: () => Mux) => (frame: MuxFrame) => {
    const content = Buffer.concat(encodeFrame(frame))
    setImmediate(() => {
      try {
        other().take(decodeFrame(content) as MuxFrame)
      } catch (error) {
        errors.push(error)
      }
    })
  }
  const ours: Mux = new Mux(sendTo(() => theirs))
  const theirs: Mux = new Mux(sendTo(() => ours))
  return { ours, theirs, errors }
}
