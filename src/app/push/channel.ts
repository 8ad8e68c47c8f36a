import type { WebSocket } from 'ws'
import type { Pacer } from './pacer.ts'

/** What a channel tells of: a view, or what happened. */
export interface ChannelSource<State> {
  /** The state of now; the same object for as long as nothing changes. */
  readonly current: () => State
  /** The frame that holds everything. */
  readonly encodeReset: (state: State) => string
  /** The frame that turns one state into the next; undefined when they say the same. */
  readonly encodeChange: (before: State, now: State) => string | undefined
  /** A frame that changes nothing. */
  readonly emptyFrame: string
}

/** What a {@link Channel} is made with. */
export interface ChannelOptions<State> extends ChannelSource<State> {
  /** The shortest pause between two frames. */
  readonly pauseMs: number
  /**
   * After so long without a frame, or the pause if that is longer, an empty one is sent: whoever reads can tell a quiet channel
   * from a dead connection, which a browser cannot do by pings.
   */
  readonly heartbeatMs: number
  /** Bytes that may wait in one socket; beyond, it gets no more until they are sent, and then a whole state. */
  readonly maxBufferedBytes: number
  /** Never goes back. */
  readonly nowMs: () => number
  /** Sends a frame; false when there is no room for it now. */
  readonly send: (socket: ChannelSocket, frame: Buffer) => boolean
  /** The state could not be had or encoded; after that the channel is of no use. */
  readonly failed: (error: unknown) => void
  /** Does what takes long: at its turn, beside what other channels have to do. */
  readonly pacer: Pick<Pacer, 'ask' | 'forget'>
}

/** A socket as far as a channel needs it. */
export type ChannelSocket = Pick<WebSocket, 'send' | 'terminate' | 'bufferedAmount' | 'readyState' | 'OPEN'>

/**
 * Sends one thing to all sockets that watch it. What changed is found once and encoded once, and every socket has seen the
 * same frames, but for those that read too slowly: they are left out until they can take a whole state.
 */
export class Channel<State> {
  readonly #options: ChannelOptions<State>
  readonly #sockets = new Set<ChannelSocket>()
  readonly #behind = new Set<ChannelSocket>()
  /** As the sockets know it; undefined before it was first had. */
  #seen: { readonly state: State; reset?: Buffer } | undefined
  #lastFrameMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #heart: NodeJS.Timeout | undefined

  constructor(options: ChannelOptions<State>) {
    this.#options = options
  }

  /** Sockets that watch. */
  get size(): number {
    return this.#sockets.size
  }

  /** Lets a socket watch: it gets everything at once, or the first one of a channel when that has been made. */
  add(socket: ChannelSocket): void {
    // The first socket after a pause must not see what the last one saw.
    if (this.#sockets.size === 0) this.#seen = undefined
    this.#sockets.add(socket)
    if (this.#seen !== undefined) this.#send(socket, this.#resetFrame(this.#seen))
    else {
      this.#behind.add(socket)
      this.#options.pacer.ask(this.#tryFlush)
    }
    this.#heart ??= setTimeout(() => this.#beat(), Math.max(this.#options.heartbeatMs, this.#options.pauseMs))
  }

  remove(socket: ChannelSocket): void {
    this.#sockets.delete(socket)
    this.#behind.delete(socket)
    if (this.#sockets.size === 0) this.close()
  }

  /** To be called when the state may have changed: a frame follows at once, or when the pause is over. */
  notify(): void {
    if (this.#timer !== undefined || this.#sockets.size === 0) return
    const waitMs = this.#lastFrameMs + this.#options.pauseMs - this.#options.nowMs()
    if (waitMs <= 0) this.#options.pacer.ask(this.#tryFlush)
    else this.#flushIn(waitMs)
  }

  /** Lets go of its timers. */
  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#heart)
    this.#options.pacer.forget(this.#tryFlush)
    this.#timer = undefined
    this.#heart = undefined
  }

  #beat(): void {
    this.#try(() => this.#broadcast(this.#options.emptyFrame))
  }

  #flushIn(waitMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#options.pacer.ask(this.#tryFlush)
    }, waitMs)
  }

  readonly #tryFlush = (): void => {
    this.#try(() => this.#flush())
  }

  #try(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#options.failed(error)
    }
  }

  #flush(): void {
    const before = this.#seen
    const next = this.#options.current()
    const change =
      before === undefined || next === before.state
        ? undefined
        : this.#options.encodeChange(before.state, next)
    const seen = next === before?.state ? before : { state: next }
    this.#seen = seen
    const catchingUp = [...this.#behind].filter((socket) => this.#hasRoom(socket))
    if (change !== undefined) this.#broadcast(change)
    for (const socket of catchingUp) {
      this.#behind.delete(socket)
      this.#send(socket, this.#resetFrame(seen))
    }
    if (this.#behind.size > 0) this.#flushIn(this.#options.pauseMs)
  }

  /** To all that are not behind. */
  #broadcast(text: string): void {
    this.#lastFrameMs = this.#options.nowMs()
    this.#heart?.refresh()
    const frame = Buffer.from(text)
    for (const socket of this.#sockets) {
      if (!this.#behind.has(socket)) this.#send(socket, frame)
    }
  }

  #resetFrame(seen: { readonly state: State; reset?: Buffer }): Buffer {
    seen.reset ??= Buffer.from(this.#options.encodeReset(seen.state))
    return seen.reset
  }

  #send(socket: ChannelSocket, frame: Buffer): void {
    if (socket.readyState !== socket.OPEN) return
    if (!this.#hasRoom(socket) || !this.#options.send(socket, frame)) this.#behind.add(socket)
  }

  #hasRoom(socket: ChannelSocket): boolean {
    return socket.bufferedAmount <= this.#options.maxBufferedBytes
  }
}
