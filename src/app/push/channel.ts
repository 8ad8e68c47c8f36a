import type { Frame, Outlet } from './outlet.ts'
import type { Pacer } from './pacer.ts'

/** The content of a frame: text, or the bytes of a binary frame. */
export type FrameContent = string | Buffer

const frameOf = (content: FrameContent): Frame =>
  typeof content === 'string'
    ? { bytes: Buffer.from(content), isBinary: false }
    : { bytes: content, isBinary: true }

/** What a channel sends: a view, or events. A source may remember what it has encoded, so each channel has its own. */
export interface ChannelSource<State> {
  /** The current state; the same object as long as nothing changes. */
  readonly current: () => State
  /** Encodes a frame with the whole state. */
  readonly encodeReset: (state: State) => FrameContent
  /** Encodes a frame with the changes from one state to the next; undefined when there are none. */
  readonly encodeChange: (before: State, now: State) => FrameContent | undefined
  /** Encodes a frame that changes nothing. */
  readonly encodeEmpty: () => FrameContent
}

/** What a {@link Channel} needs. */
export interface ChannelOptions<State> extends ChannelSource<State> {
  /** Shortest pause between two frames. */
  readonly pauseMs: number
  /**
   * An empty frame is sent after this long (or `pauseMs`, if longer) without a frame. It lets the reader tell a quiet
   * channel from a dead connection; a browser does not expose WebSocket pings to the page.
   */
  readonly heartbeatMs: number
  /**
   * Most bytes waiting for one socket. One with more gets no frames until it has drained, and then a whole state.
   */
  readonly maxBufferedBytes: number
  /** A monotonic clock. */
  readonly nowMs: () => number
  /** Called when the state could not be computed or encoded; the channel must not be used afterwards. */
  readonly failed: (error: unknown) => void
  /** Schedules expensive work fairly among all channels. */
  readonly pacer: Pick<Pacer, 'ask' | 'forget'>
}

/**
 * Sends a changing state to all sockets that watch it. Changes are computed and encoded once, and all sockets get the
 * same frames. A socket that reads too slowly is skipped until it can take a whole state again.
 */
export class Channel<State> {
  readonly #options: ChannelOptions<State>
  readonly #outlets = new Set<Outlet>()
  readonly #behind = new Set<Outlet>()
  /** The state that the sockets have; undefined before the first one was computed. */
  #seen: { readonly state: State; reset?: Frame } | undefined
  #lastFrameMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #heart: NodeJS.Timeout | undefined

  constructor(options: ChannelOptions<State>) {
    this.#options = options
  }

  /** Number of sockets that watch. */
  get size(): number {
    return this.#outlets.size
  }

  /** Adds the outlet of a socket, which is sent the whole state at once or, on a new channel, as soon as that has been computed. */
  add(outlet: Outlet): void {
    // The state kept from earlier sockets may be outdated.
    if (this.#outlets.size === 0) this.#seen = undefined
    this.#outlets.add(outlet)
    if (this.#seen !== undefined) this.#send(outlet, this.#resetFrame(this.#seen))
    else {
      this.#behind.add(outlet)
      this.#options.pacer.ask(this.#tryFlush)
    }
    this.#heart ??= setTimeout(() => this.#beat(), Math.max(this.#options.heartbeatMs, this.#options.pauseMs))
  }

  remove(outlet: Outlet): void {
    this.#outlets.delete(outlet)
    this.#behind.delete(outlet)
    if (this.#outlets.size === 0) this.close()
  }

  /** Call when the state may have changed: a frame follows at once, or when the pause is over. */
  notify(): void {
    if (this.#timer !== undefined || this.#outlets.size === 0) return
    const waitMs = this.#lastFrameMs + this.#options.pauseMs - this.#options.nowMs()
    if (waitMs <= 0) this.#options.pacer.ask(this.#tryFlush)
    else this.#flushIn(waitMs)
  }

  /** Stops all timers. */
  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#heart)
    this.#options.pacer.forget(this.#tryFlush)
    this.#timer = undefined
    this.#heart = undefined
  }

  #beat(): void {
    this.#try(() => this.#broadcast(this.#options.encodeEmpty()))
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
    const catchingUp = [...this.#behind].filter((outlet) => this.#hasRoom(outlet))
    if (change !== undefined) this.#broadcast(change)
    for (const outlet of catchingUp) {
      this.#behind.delete(outlet)
      this.#send(outlet, this.#resetFrame(seen))
    }
    if (this.#behind.size > 0) this.#flushIn(this.#options.pauseMs)
  }

  /** Sends a frame to all sockets that are up to date. */
  #broadcast(content: FrameContent): void {
    this.#lastFrameMs = this.#options.nowMs()
    this.#heart?.refresh()
    const frame = frameOf(content)
    for (const outlet of this.#outlets) {
      if (!this.#behind.has(outlet)) this.#send(outlet, frame)
    }
  }

  #resetFrame(seen: { readonly state: State; reset?: Frame }): Frame {
    seen.reset ??= frameOf(this.#options.encodeReset(seen.state))
    return seen.reset
  }

  #send(outlet: Outlet, frame: Frame): void {
    if (!outlet.isOpen) return
    if (this.#hasRoom(outlet) && outlet.send(frame)) return
    this.#behind.add(outlet)
    // It catches up when it can, also if nothing changes any more.
    this.#flushIn(this.#options.pauseMs)
  }

  #hasRoom(outlet: Outlet): boolean {
    return outlet.waitingBytes <= this.#options.maxBufferedBytes
  }
}
