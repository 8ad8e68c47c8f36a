import type { WebSocket } from 'ws'
import type * as z from 'zod'
import type { Faults } from '../../log/faults.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import { answerSchema, type ChannelRequest, channelLimits } from '../../report/channel.ts'
import { createOpener, createSealer, fitsFrame } from '../../report/proof/frame-seal.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { ChannelError } from './channel-error.ts'

/** What a {@link ProbeChannel} needs. */
export interface ProbeChannelOptions {
  readonly socket: WebSocket
  /** Key that seals the frames, see `channelKey`. */
  readonly key: Uint8Array
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
const POLICY_VIOLATION = 1008

const busyWords = {
  full: 'too much is being asked of the probe; try again',
  late: 'the probe was busy with other questions for too long',
} as const

/** The app's end of a channel: sends requests to one probe, a limited number at the same time. */
export class ProbeChannel {
  readonly #options: ProbeChannelOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #turns = new Turns({
    atOnce: channelLimits.concurrentRequests,
    mayWait: QUEUED_REQUESTS,
    refuse: (why) => new ChannelError('busy', busyWords[why]),
  })
  readonly #seal: (text: string) => string
  #nextId = 1

  constructor(options: ProbeChannelOptions) {
    const { socket, key } = options
    this.#options = options
    this.#seal = createSealer(key, 'to-probe')
    this.#listen(createOpener(key, 'to-app'))
    this.#watch(socket)
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param schema schema of the result
   * @throws {ChannelError} when there is no valid answer in time
   */
  async request<Result>(method: string, params: unknown, schema: z.ZodType<Result>): Promise<Result> {
    const { timeoutMs = channelLimits.requestTimeoutMs } = this.#options
    const timeout = AbortSignal.timeout(timeoutMs)
    const result = await this.#turns.run(() => this.#ask({ method, params }, timeout), timeout)
    const { success, data, error } = schema.safeParse(result)
    if (success) return data
    const [issue] = error.issues
    const reason = `${issue?.path.join('.')}: ${issue?.message}`
    this.#options.log.warn('a probe answered what it should not', { method, reason })
    throw new ChannelError('bad_answer', 'the probe answered what it should not')
  }

  /** Closes the channel. Resolves when it is closed. */
  close(code: number, reason: string): Promise<void> {
    return closeSocket(this.#options.socket, code, reason)
  }

  #ask(request: Omit<ChannelRequest, 'id'>, timeout: AbortSignal): Promise<unknown> {
    const { socket } = this.#options
    const id = this.#nextId++
    const text = JSON.stringify({ id, ...request })
    if (!fitsFrame(text)) throw new ChannelError('too_large', 'the question is too large for one frame')
    if (socket.readyState !== socket.OPEN) throw new ChannelError('closed', 'the probe has gone')
    return new Promise((resolve, reject) => {
      const tooLate = new ChannelError('timeout', 'the probe did not answer in time')
      if (timeout.aborted) return reject(tooLate)
      const late = (): void => waiting.failed(tooLate)
      const done = (): void => {
        this.#waiting.delete(id)
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
      this.#waiting.set(id, waiting)
      timeout.addEventListener('abort', late)
      socket.send(this.#seal(text))
    })
  }

  #listen(unseal: (frame: string) => string): void {
    const { socket, log } = this.#options
    socket.on('message', (data) => {
      try {
        this.#take(unseal(String(data)))
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
