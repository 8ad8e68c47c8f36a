import type { WebSocket } from 'ws'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { keepPinging, type Pings } from '../../sockets/pings.ts'
import type { Sight } from '../access/sight.ts'
import { defaultClients } from '../client-choices.ts'
import { ApiError } from '../http/api-error.ts'
import type { BytesInFlight } from '../http/sending/in-flight.ts'
import { INTERNAL_ERROR } from '../http/sockets/upgrade.ts'
import { addressKey, boundOf } from '../listen/address-key.ts'
import { Channel, type ChannelSource } from './channel.ts'
import { PiecewiseOutlet } from './outlet.ts'
import { Pacer } from './pacer.ts'

/** Limits of {@link Push}. */
export interface PushLimits {
  readonly sockets: number
  /** From one IPv4 address or IPv6 /64; loopback may have twice as many. */
  readonly socketsPerAddress: number
  readonly bufferedBytes: number
  /** How often an empty frame is sent when nothing changes. */
  readonly heartbeatMs: number
  /** How often sockets are pinged; one that has neither answered several nor taken anything meanwhile is dropped. */
  readonly pingIntervalMs: number
}

/** The default limits of an app. */
export const defaultPushLimits: PushLimits = {
  sockets: defaultClients.sockets,
  socketsPerAddress: defaultClients.socketsPerAddress,
  bufferedBytes: 4 * 1024 * 1024,
  heartbeatMs: 5000,
  pingIntervalMs: 30_000,
}

/** What {@link Push} needs. */
export interface PushOptions {
  readonly limits: PushLimits
  readonly sending: BytesInFlight
  readonly log: Logger
  readonly faults: Faults
  /** A monotonic clock. */
  readonly nowMs: () => number
}

type OpenChannel = Pick<Channel<unknown>, 'add' | 'remove' | 'notify' | 'close' | 'size'>

/** What a socket watches. */
export interface Wanted<State> {
  /** Names what is watched; sockets with the same `what`, `pauseMs` and sight share all frames. */
  readonly what: string
  /** What whoever opened the socket may see. */
  readonly sight: Sight
  readonly source: ChannelSource<State>
  /** Shortest pause between frames. */
  readonly pauseMs: number
}

interface Watcher {
  readonly key: string
  readonly address: string
}

const GOING_AWAY = 1001
/**
 * A reader that takes a large frame slowly gives a sign of life only now and then: the kernel tells the sender of room when a third of its buffer, or
 * half of the reader's, is free, which are megabytes.
 */
const PATIENCE = 3
/** How long frames are made without a break, and so about how long a request has to wait. */
const TURN_MS = 10

/** Sends views and events to the sockets that watch them, as they change. */
export class Push {
  readonly #options: PushOptions
  readonly #channels = new Map<string, OpenChannel>()
  readonly #sockets = new Map<WebSocket, Watcher>()
  readonly #pings: Pings
  readonly #pacer: Pacer
  #pending: NodeJS.Immediate | undefined
  #stopped = false

  constructor(options: PushOptions) {
    this.#options = options
    this.#pacer = new Pacer({ turnMs: TURN_MS, nowMs: options.nowMs })
    this.#pings = keepPinging({
      intervalMs: options.limits.pingIntervalMs,
      patience: PATIENCE,
      guard: options.faults.guardOf('push'),
    })
  }

  /** Number of sockets. */
  get size(): number {
    return this.#sockets.size
  }

  /**
   * Checks that another socket may be opened.
   *
   * @param remoteAddress address of the client
   * @throws {ApiError} 503 when there are too many sockets, in total or from that address
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
   * Adds a socket.
   *
   * @param remoteAddress address of the client
   * @param wanted what the socket watches; sockets that watch the same share all frames
   */
  attach<State>(socket: WebSocket, remoteAddress: string | undefined, wanted: Wanted<State>): void {
    const { what, sight, source, pauseMs } = wanted
    const key = `${sight.key} ${what} ${pauseMs}`
    const pinged = this.#pings.add(socket)
    const outlet = new PiecewiseOutlet(socket, {
      sending: this.#options.sending,
      progressed: () => pinged.answered(),
    })
    this.#sockets.set(socket, { key, address: addressKey(remoteAddress) })
    socket.on('error', (error) => {
      this.#options.log.debug('a socket failed', { error })
      socket.terminate()
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      const channel = this.#channels.get(key)
      channel?.remove(outlet)
      if (channel?.size === 0) this.#channels.delete(key)
    })
    try {
      const channel = this.#channels.get(key) ?? this.#open(key, source, pauseMs)
      channel.add(outlet)
    } catch (error) {
      this.#failed(key, error)
    }
  }

  /** Call when the reports have changed. Several calls in the same turn of the event loop count as one. */
  notify(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined
      this.#options.faults.guardOf('push')('tell those who watch of a change', () => {
        for (const channel of this.#channels.values()) channel.notify()
      })
    })
  }

  /** Closes every socket with code 1001, terminating those that do not take part. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#pings.stop()
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
      failed: (error) => this.#failed(key, error),
      pacer: this.#pacer,
    })
    this.#channels.set(key, channel)
    return channel
  }

  /** Handles a failed channel: only the sockets that watch it are closed, all others keep working. */
  #failed(key: string, error: unknown): void {
    this.#options.faults.happened('push', 'send a frame to those who watch', error)
    this.#channels.get(key)?.close()
    this.#channels.delete(key)
    for (const [socket, state] of this.#sockets)
      if (state.key === key)
        void closeSocket(socket, INTERNAL_ERROR, 'this failed inside Scope; its log says more')
  }
}
