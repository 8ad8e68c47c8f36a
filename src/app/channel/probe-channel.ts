import type { KeyObject } from 'node:crypto'
import type { WebSocket } from 'ws'
import type * as z from 'zod'
import type { Faults } from '../../log/faults.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import { answerSchema, channelLimits } from '../../report/channel.ts'
import type { ChannelKeys } from '../../report/proof/channel-keys.ts'
import { createOpener, createSealer, fitsFrame } from '../../report/proof/frame-seal.ts'
import { MAX_PERSON_LENGTH, signOrder } from '../../report/proof/order.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { ChannelError } from './channel-error.ts'

/** The probe at the other end of a channel. */
export interface ChannelPeer {
  readonly probeId: string
  readonly epoch: string
  /** Number of the channel within the epoch. */
  readonly number: number
}

/** What a person asks of a probe. */
export interface ChannelRequest {
  /** Who asks, as the audit log names them. The probe gets the name with the order. */
  readonly person: string
  readonly method: string
  /** JSON. */
  readonly params: unknown
}

/** What a {@link ProbeChannel} needs. */
export interface ProbeChannelOptions {
  readonly socket: WebSocket
  /** The probe's end, for which its orders are. */
  readonly peer: ChannelPeer
  /** Keys that seal the frames. */
  readonly keys: ChannelKeys
  /** The app's own Ed25519 private key, which signs orders. */
  readonly appKey: KeyObject
  readonly log: Logger
  readonly faults: Faults
  readonly timeoutMs?: number
  readonly pingIntervalMs?: number
}

interface Waiting {
  readonly answered: (result: unknown) => void
  readonly failed: (error: ChannelError) => void
}

const QUEUED_REQUESTS = 32
/** How an order names who asks where that is not known. */
const NOBODY = 'unknown'
const POLICY_VIOLATION = 1008

const busyWords = {
  full: 'too much is being asked of the probe; try again',
  late: 'the probe was busy with other questions for too long',
} as const

/** The app's end of a channel: sends one probe signed orders, a limited number at the same time. */
export class ProbeChannel {
  readonly #options: ProbeChannelOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #turns = new Turns({
    atOnce: channelLimits.concurrentRequests,
    mayWait: QUEUED_REQUESTS,
    refuse: (why) => new ChannelError('busy', busyWords[why]),
  })
  readonly #seal: (content: Uint8Array) => Buffer
  #nextNumber = 1

  constructor(options: ProbeChannelOptions) {
    const { socket, keys } = options
    this.#options = options
    this.#seal = createSealer(keys.toProbe)
    this.#listen(createOpener(keys.toApp))
    this.#watch(socket)
  }

  /**
   * Sends a request as a signed order, and waits for the answer.
   *
   * @param schema schema of the result
   * @throws {ChannelError} when there is no valid answer in time
   */
  async request<Result>(request: ChannelRequest, schema: z.ZodType<Result>): Promise<Result> {
    const { timeoutMs = channelLimits.requestTimeoutMs } = this.#options
    const timeout = AbortSignal.timeout(timeoutMs)
    const result = await this.#turns.run(() => this.#ask(request, timeout), timeout)
    const { success, data, error } = schema.safeParse(result)
    if (success) return data
    const [issue] = error.issues
    const reason = `${issue?.path.join('.')}: ${issue?.message}`
    this.#options.log.warn('a probe answered what it should not', { method: request.method, reason })
    throw new ChannelError('bad_answer', 'the probe answered what it should not')
  }

  /** Closes the channel. Resolves when it is closed. */
  close(code: number, reason: string): Promise<void> {
    return closeSocket(this.#options.socket, code, reason)
  }

  #ask(request: ChannelRequest, timeout: AbortSignal): Promise<unknown> {
    const { socket, peer, appKey } = this.#options
    const { probeId, epoch, number: channel } = peer
    const number = this.#nextNumber++
    const person = request.person.slice(0, MAX_PERSON_LENGTH) || NOBODY
    const order = signOrder({ probeId, epoch, channel, number, ...request, person }, appKey)
    if (!fitsFrame(order)) throw new ChannelError('too_large', 'the question is too large for one frame')
    if (socket.readyState !== socket.OPEN) throw new ChannelError('closed', 'the probe has gone')
    return new Promise((resolve, reject) => {
      const tooLate = new ChannelError('timeout', 'the probe did not answer in time')
      if (timeout.aborted) return reject(tooLate)
      const late = (): void => waiting.failed(tooLate)
      const done = (): void => {
        this.#waiting.delete(number)
        timeout.removeEventListener('abort', late)
      }
      const waiting: Waiting = {
        answered: (result) => {
          done()
          resolve(result)
        },
        failed: (error) => {
          done()
          reject(error)
        },
      }
      this.#waiting.set(number, waiting)
      timeout.addEventListener('abort', late)
      socket.send(this.#seal(order))
    })
  }

  #listen(unseal: (frame: Uint8Array) => Buffer): void {
    const { socket, log } = this.#options
    socket.on('message', (data) => {
      try {
        this.#take(unseal(data as Buffer).toString())
      } catch (error) {
        log.warn('a probe sent what is no answer; its channel is closed', { reason: describeError(error) })
        socket.removeAllListeners('message')
        void this.close(POLICY_VIOLATION, 'no answer')
      }
    })
    socket.on('error', (error) => {
      log.debug('the channel of a probe failed', { error })
      socket.terminate()
    })
    socket.on('close', () => {
      for (const waiting of [...this.#waiting.values()])
        waiting.failed(new ChannelError('closed', 'the probe went before it answered'))
    })
  }

  /** Passes an answer to the request that waits for it. An answer that arrives after the timeout is ignored. */
  #take(text: string): void {
    const answer = answerSchema.parse(JSON.parse(text))
    const waiting = this.#waiting.get(answer.id)
    if ('error' in answer) waiting?.failed(new ChannelError(answer.error.code, answer.error.message))
    else waiting?.answered(answer.result)
  }

  #watch(socket: WebSocket): void {
    const { pingIntervalMs = channelLimits.pingIntervalMs } = this.#options
    let answered = true
    const ping = (): void => {
      if (answered) socket.ping()
      else socket.terminate()
      answered = false
    }
    const pinger = setInterval(
      () => this.#options.faults.guardOf('channels')('ping a probe', ping),
      pingIntervalMs,
    )
    socket.on('pong', () => {
      answered = true
    })
    socket.on('close', () => clearInterval(pinger))
  }
}
