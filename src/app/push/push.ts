import type { WebSocket } from 'ws'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { ApiError } from '../http/api-error.ts'
import type { BytesInFlight } from '../http/in-flight.ts'
import { INTERNAL_ERROR } from '../http/upgrade.ts'
import { addressKey, boundOf } from '../listen/address-key.ts'
import { Channel, type ChannelSocket, type ChannelSource } from './channel.ts'
import { Pacer } from './pacer.ts'

/** Bounds of {@link Push}. */
export interface PushLimits {
  readonly sockets: number
  /** From one address, or one /64; of this machine itself twice as many. */
  readonly socketsPerAddress: number
  readonly bufferedBytes: number
  /** Where nothing changes, an empty frame comes so often. */
  readonly heartbeatMs: number
  /** A socket that has not answered a ping by the next one is dropped. */
  readonly pingIntervalMs: number
}

/** The bounds an app has unless told otherwise. */
export const defaultPushLimits: PushLimits = {
  sockets: 1000,
  socketsPerAddress: 250,
  bufferedBytes: 4 * 1024 * 1024,
  heartbeatMs: 3000,
  pingIntervalMs: 30_000,
}

/** What {@link Push} needs. */
export interface PushOptions {
  readonly limits: PushLimits
  readonly sending: BytesInFlight
  readonly log: Logger
  readonly faults: Faults
  /** Never goes back. */
  readonly nowMs: () => number
}

type OpenChannel = Pick<Channel<unknown>, 'add' | 'remove' | 'notify' | 'close' | 'size'>

/** What a socket is to be told of. */
export interface Wanted<State> {
  readonly what: string
  readonly source: ChannelSource<State>
  /** The shortest pause between frames. */
  readonly pauseMs: number
}

interface Watcher {
  readonly key: string
  readonly address: string
  /** Whether the last ping was. */
  answered: boolean
}

const GOING_AWAY = 1001
/** Frames are made for so long at a time: about what an answer to a request waits for. */
const TURN_MS = 10

/** Sends views and events to the sockets that watch them, as they change. */
export class Push {
  readonly #options: PushOptions
  readonly #channels = new Map<string, OpenChannel>()
  readonly #sockets = new Map<WebSocket, Watcher>()
  readonly #pinger: NodeJS.Timeout
  readonly #pacer: Pacer
  #pending: NodeJS.Immediate | undefined
  #stopped = false

  constructor(options: PushOptions) {
    this.#options = options
    this.#pacer = new Pacer({ turnMs: TURN_MS, nowMs: options.nowMs })
    this.#pinger = setInterval(
      () => options.faults.guardOf('push')('ping its sockets', () => this.#ping()),
      options.limits.pingIntervalMs,
    )
  }

  /**
   * @param remoteAddress who asks
   * @throws {ApiError} 503 when no more sockets are taken, or not from there
   */
  checkRoom(remoteAddress: string | undefined): void {
    const { sockets, socketsPerAddress } = this.#options.limits
    const address = addressKey(remoteAddress)
    let own = 0
    for (const watcher of this.#sockets.values()) if (watcher.address === address) own++
    if (this.#stopped || this.#sockets.size >= sockets || own >= boundOf(socketsPerAddress, remoteAddress))
      throw new ApiError(503, 'busy', 'no more sockets are taken; close one, or try again later', {
        headers: { 'retry-after': '5' },
      })
  }

  /**
   * Lets a socket watch.
   *
   * @param remoteAddress who watches
   * @param wanted what is watched: `what` names it, and sockets that watch the same share all frames
   */
  attach<State>(socket: WebSocket, remoteAddress: string | undefined, wanted: Wanted<State>): void {
    const { what, source, pauseMs } = wanted
    const key = `${what} ${pauseMs}`
    const state = { key, address: addressKey(remoteAddress), answered: true }
    this.#sockets.set(socket, state)
    socket.on('pong', () => {
      state.answered = true
    })
    socket.on('error', (error) => {
      this.#options.log.debug('a socket failed', { error })
      socket.terminate()
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      const channel = this.#channels.get(key)
      channel?.remove(socket)
      if (channel?.size === 0) this.#channels.delete(key)
    })
    try {
      const channel = this.#channels.get(key) ?? this.#open(key, source, pauseMs)
      channel.add(socket)
    } catch (error) {
      this.#failed(key, error)
    }
  }

  /** To be called when reports changed; calls that follow each other closely cost one. */
  notify(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined
      for (const channel of this.#channels.values()) channel.notify()
    })
  }

  /** Tells every socket that the app goes away, and drops those that do not close. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#pinger)
    clearImmediate(this.#pending)
    this.#pacer.stop()
    for (const channel of this.#channels.values()) channel.close()
    const closed = [...this.#sockets.keys()].map((socket) => closeSocket(socket, GOING_AWAY, 'the app stops'))
    await Promise.all(closed)
  }

  #open<State>(key: string, source: ChannelSource<State>, pauseMs: number): OpenChannel {
    const { limits, nowMs } = this.#options
    const channel = new Channel({
      ...source,
      pauseMs,
      heartbeatMs: limits.heartbeatMs,
      maxBufferedBytes: limits.bufferedBytes,
      nowMs,
      send: (socket, frame) => this.#send(socket, frame),
      failed: (error) => this.#failed(key, error),
      pacer: this.#pacer,
    })
    this.#channels.set(key, channel)
    return channel
  }

  #send(socket: ChannelSocket, frame: Buffer): boolean {
    const inFlight = this.#options.sending.hold(frame, () => socket.terminate())
    if (inFlight === undefined) return false
    socket.send(frame, { binary: false }, () => inFlight.release())
    return true
  }

  /** What cannot be shown to some is no reason to show nothing to the others: only those who watch it are closed. */
  #failed(key: string, error: unknown): void {
    this.#options.faults.happened('push', 'send a frame to those who watch', error)
    this.#channels.get(key)?.close()
    this.#channels.delete(key)
    for (const [socket, state] of this.#sockets)
      if (state.key === key)
        void closeSocket(socket, INTERNAL_ERROR, 'this failed inside Scope; its log says more')
  }

  #ping(): void {
    for (const [socket, state] of this.#sockets) {
      if (!state.answered) socket.terminate()
      else {
        state.answered = false
        socket.ping()
      }
    }
  }
}
