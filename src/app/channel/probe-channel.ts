import type { KeyObject } from 'node:crypto'
import type { WebSocket } from 'ws'
import type * as z from 'zod'
import { ProtocolError } from '../../channel/errors.ts'
import { Link, type OrderFrame } from '../../channel/link.ts'
import { PeerClock } from '../../channel/peer-clock.ts'
import type { Faults } from '../../log/faults.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import { answerSchema, channelLimits } from '../../report/channel.ts'
import { CONTROL_METHOD, CONTROL_TIMEOUT_MS } from '../../report/control/control.ts'
import type { ChannelKeys } from '../../report/proof/channel-keys.ts'
import { createOpener, createSealer, fitsFrame } from '../../report/proof/frame-seal.ts'
import { MAX_PERSON_LENGTH, signOrder } from '../../report/proof/order.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { keepPinging, type Pinged } from '../../sockets/pings.ts'
import { ChannelError } from './channel-error.ts'
import type { ChannelPeer, ChannelRequest, Opened, Patience } from './channel-request.ts'
import { type Answered, NOBODY_WAITS, type OrderType, PendingOrders } from './pending-orders.ts'

/** What a {@link ProbeChannel} needs. */
export interface ProbeChannelOptions {
  readonly socket: WebSocket
  /** The probe's end, for which its orders are. */
  readonly peer: ChannelPeer
  /** Keys that seal the frames. */
  readonly keys: ChannelKeys
  /** The app's own Ed25519 private key, which signs orders. */
  readonly appKey: KeyObject
  /** Called when the probe has sent what it may not; the channel is then closed. */
  readonly violated: (reason: string) => void
  readonly log: Logger
  readonly faults: Faults
  readonly pingIntervalMs?: number
}

const QUEUED_READINGS = 32
const QUEUED_CONTROLS = 256
/** How long a control may wait for its turn; its time-out begins with it. */
const CONTROL_QUEUE_MS = 30_000
/** How an order names who asks where that is not known. */
const NOBODY = 'unknown'
const POLICY_VIOLATION = 1008
const GONE = 'the probe has gone'

const busyWords = {
  full: 'too much is being asked of the probe; try again',
  late: 'the probe was busy with other questions for too long',
} as const

const turns = (atOnce: number, mayWait: number): Turns =>
  new Turns({ atOnce, mayWait, refuse: (why) => new ChannelError('busy', busyWords[why]) })

/** The app's end of a channel: sends one probe signed orders, a limited number at the same time. */
export class ProbeChannel {
  readonly #options: ProbeChannelOptions
  readonly #pending = new PendingOrders((id) => this.#link.streams.open(id))
  readonly #readings = turns(channelLimits.concurrentReadings, QUEUED_READINGS)
  readonly #controls = turns(channelLimits.concurrentControls, QUEUED_CONTROLS)
  readonly #link: Link
  readonly #probeClock = new PeerClock(() => performance.now())
  #nextNumber = 1
  /** Orders under way that are to open a stream. */
  #opening = 0

  constructor(options: ProbeChannelOptions) {
    const { socket, keys, faults, pingIntervalMs = channelLimits.pingIntervalMs } = options
    this.#options = options
    this.#link = new Link({
      socket,
      seal: createSealer(keys.toProbe),
      unseal: createOpener(keys.toApp),
      take: (frame) => this.#take(frame),
    })
    const pings = keepPinging({ intervalMs: pingIntervalMs, guard: faults.guardOf('channels') })
    this.#listen(pings.add(socket))
    socket.once('close', pings.stop)
  }

  /**
   * Sends a request as a signed order, and waits for the answer.
   *
   * @param schema schema of the result
   * @throws {ChannelError} when there is no valid answer in time
   */
  async request<Result>(
    request: ChannelRequest,
    schema: z.ZodType<Result>,
    patience: Patience = {},
  ): Promise<Result> {
    const { result } = await this.#inTurn('request', request, patience)
    return this.#valid(result, schema, request)
  }

  /**
   * As {@link request}, for what opens a stream. When the channel dies, the stream ends with an error.
   *
   * @throws {ChannelError} when there is no valid answer in time, or no stream was opened
   */
  async open<Result>(
    request: ChannelRequest,
    schema: z.ZodType<Result>,
    patience: Patience = {},
  ): Promise<Opened<Result>> {
    if (this.#link.streams.size + this.#opening >= channelLimits.concurrentStreams)
      throw new ChannelError('busy', 'too many terminals and logs of this probe are open; close one')
    this.#opening++
    try {
      const { result, stream } = await this.#inTurn('open', request, patience)
      if (stream === undefined) throw new ChannelError('bad_answer', 'the probe opened nothing')
      try {
        return { result: this.#valid(result, schema, request), stream }
      } catch (error) {
        stream.destroy(error as Error)
        throw error
      }
    } finally {
      this.#opening--
    }
  }

  /** Closes the channel. Resolves when it is closed. */
  close(code: number, reason: string): Promise<void> {
    return closeSocket(this.#options.socket, code, reason)
  }

  async #inTurn(type: OrderType, request: ChannelRequest, patience: Patience): Promise<Answered> {
    const isControl = request.method === CONTROL_METHOD
    const given = patience.signal
    const timeLimit = (ms: number): AbortSignal => {
      const timeout = AbortSignal.timeout(ms)
      return given === undefined ? timeout : AbortSignal.any([given, timeout])
    }
    const ask = (signal: AbortSignal): Promise<Answered> => {
      patience.check?.()
      return this.#ask(type, request, signal)
    }
    try {
      given?.throwIfAborted()
      if (isControl) {
        const { timeoutMs = CONTROL_TIMEOUT_MS + channelLimits.answerGraceMs } = patience
        return await this.#controls.run(() => ask(timeLimit(timeoutMs)), timeLimit(CONTROL_QUEUE_MS))
      }
      const signal = timeLimit(patience.timeoutMs ?? channelLimits.readingTimeoutMs)
      return await this.#readings.run(() => ask(signal), signal)
    } catch (error) {
      if (given?.aborted) throw new ChannelError('cancelled', 'it was given up')
      if (error instanceof DOMException && error.name === 'TimeoutError')
        throw new ChannelError('timeout', 'the probe did not answer in time')
      throw error
    }
  }

  /** @throws the reason of the signal, or {@link ChannelError} */
  async #ask(type: OrderType, request: ChannelRequest, signal: AbortSignal): Promise<Answered> {
    const { socket, peer, appKey } = this.#options
    const { probeId, epoch, number: channel } = peer
    const { method, params } = request
    const number = this.#nextNumber++
    const person = request.person.slice(0, MAX_PERSON_LENGTH) || NOBODY
    const order = signOrder({ probeId, epoch, channel, number, person, method, params }, appKey)
    if (!fitsFrame(order)) throw new ChannelError('too_large', 'the question is too large for one frame')
    if (socket.readyState !== socket.OPEN) throw new ChannelError('closed', GONE)
    signal.throwIfAborted()
    const answer = this.#pending.wait(number, type, signal, () =>
      this.#link.send({ type: 'cancel', id: number, reason: NOBODY_WAITS }),
    )
    this.#link.send({ type: 'clock', ms: this.#probeClock.nowMs() })
    this.#link.send({ type, order })
    return answer
  }

  #valid<Result>(result: unknown, schema: z.ZodType<Result>, { method }: ChannelRequest): Result {
    const { success, data, error } = schema.safeParse(result)
    if (success) return data
    const [issue] = error.issues
    const reason = `${issue?.path.join('.')}: ${issue?.message}`
    this.#options.log.warn('a probe answered what it should not', { method, reason })
    throw new ChannelError('bad_answer', 'the probe answered what it should not')
  }

  #listen({ answered }: Pinged): void {
    const { socket, log, violated } = this.#options
    socket.on('message', (data) => {
      // The answer to a ping waits behind what streams send.
      answered()
      try {
        this.#link.receive(data as Buffer)
      } catch (error) {
        const reason = describeError(error)
        log.warn('a probe sent what it may not; its channel is closed', { reason })
        socket.removeAllListeners('message')
        violated(reason)
        void this.close(POLICY_VIOLATION, 'no answer')
      }
    })
    socket.on('error', (error) => {
      log.debug('the channel of a probe failed', { error })
      socket.terminate()
    })
    socket.on('close', () => {
      this.#pending.failAll(new ChannelError('closed', 'the probe went before it answered'))
      this.#link.streams.close(GONE)
    })
  }

  /** Takes frames that are about no stream. */
  #take(frame: OrderFrame): boolean {
    if (frame.type === 'cancel') return false
    if (frame.type === 'clock') {
      this.#probeClock.read(frame.ms)
      return true
    }
    if (frame.type !== 'answer') throw new ProtocolError(`a probe sends no frame ${frame.type}`)
    this.#pending.take(answerSchema.parse(JSON.parse(Buffer.from(frame.json).toString())))
    return true
  }
}
