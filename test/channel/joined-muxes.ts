import { decodeFrame, encodeFrame } from '../../src/channel/frames.ts'
import { Mux, type StreamFrame } from '../../src/channel/mux.ts'

/** Two muxes whose frames reach the other one as they are encoded, in order, and not at once. */
export interface JoinedMuxes {
  readonly ours: Mux
  readonly theirs: Mux
  /** What a mux threw when it took a frame of the other. */
  readonly errors: readonly unknown[]
}

export const joinedMuxes = (): JoinedMuxes => {
  const errors: unknown[] = []
  const sinkTo = (other: () => Mux) => ({
    queuedBytes: () => 0,
    send(frame: StreamFrame, sent?: () => void) {
      const content = Buffer.concat(encodeFrame(frame))
      setImmediate(() => {
        try {
          other().take(decodeFrame(content) as StreamFrame)
        } catch (error) {
          errors.push(error)
        }
        sent?.()
      })
    },
  })
  const ours: Mux = new Mux(sinkTo(() => theirs))
  const theirs: Mux = new Mux(sinkTo(() => ours))
  return { ours, theirs, errors }
}
