import { createYoungCollector } from './collect-young.ts'
import { decodeFrame, encodeFrame, type Frame } from './frames.ts'
import { Mux, type MuxFrame, type StreamFrame } from './mux/mux.ts'

/** The part of a WebSocket that a {@link Link} needs. */
export interface LinkSocket {
  readonly readyState: number
  readonly OPEN: number
  send(data: Uint8Array): void
}

/** Frames that are about no stream, and a `cancel`, which may be about an order. */
export type OrderFrame = Exclude<Frame, MuxFrame> | (StreamFrame & { readonly type: 'cancel' })

/** What a {@link Link} needs. */
export interface LinkOptions {
  readonly socket: LinkSocket
  /** Seals the next content, given as parts that follow one another. */
  readonly seal: (parts: readonly Uint8Array[]) => Uint8Array
  /** Opens the next sealed frame, or throws. */
  readonly unseal: (frame: Buffer) => Buffer
  /**
   * Takes a frame that is not about a stream.
   *
   * @returns false for a `cancel` that is about no order: then it is about a stream
   * @throws when this end does not take such frames
   */
  readonly take: (frame: OrderFrame) => boolean
}

/** One end of a channel: frames under their seal, and the streams. Probe and app have the same. */
export class Link {
  readonly #options: LinkOptions
  readonly streams: Mux
  readonly #passed = createYoungCollector()

  constructor(options: LinkOptions) {
    this.#options = options
    this.streams = new Mux((frame) => this.send(frame))
  }

  /** Sends a frame; does nothing when the socket is not open. */
  send(frame: Frame): void {
    const { socket, seal } = this.#options
    if (socket.readyState !== socket.OPEN) return
    const sealed = seal(encodeFrame(frame))
    socket.send(sealed)
    this.#passed(sealed.length)
  }

  /** Takes what has arrived. @throws when it is not what the other end may send; the channel must then be closed */
  receive(data: Buffer): void {
    const frame = decodeFrame(this.#options.unseal(data))
    if (frame.type === 'arrived' || ('id' in frame && frame.type !== 'cancel')) this.streams.take(frame)
    else if (!this.#options.take(frame) && frame.type === 'cancel') this.streams.take(frame)
    this.#passed(data.length)
  }
}
