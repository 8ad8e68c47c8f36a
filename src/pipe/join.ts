import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { type Chunk, CREDIT_BYTES } from '../channel/lanes.ts'
import { type ByteStream, noteSchema } from '../channel/stream.ts'
import { type Backoff, createBackoff } from '../pacing/backoff.ts'
import { closeSocket } from '../sockets/close-socket.ts'
import { explainTls } from '../tls/failure.ts'
import { TAKEN_OVER_CODE } from './frames.ts'
import type { Ended } from './notes.ts'
import { PipeViewer } from './viewer.ts'

/** A pipe cannot be joined any more; the message says why. */
export class PipeGoneError extends Error {
  override readonly name = 'PipeGoneError'
}

/** What {@link joinPipe} needs. */
export interface JoinOptions {
  /** Makes the next WebSocket. @param query of the path, without `?` */
  connect(query: string): WebSocket
  /** How long to try when the connection is lost. The app ends a pipe at which nobody looks after 60 s. */
  readonly patienceMs?: number
  /** How often to look whether the other end is still there. One that does not answer until the next look is given up. */
  readonly pingMs?: number
  /** How long a loss is kept quiet. */
  readonly graceMs?: number
  /** Called when the connection has been lost for longer than that. */
  readonly onLost?: (reason: string) => void
  /** Called when it is there again after {@link onLost} was called. */
  readonly onBack?: () => void
}

/** A stream that can tell whether its connection is lost at the moment. */
export type JoinedPipe = ByteStream & { readonly isLost: boolean }

/** Longest body of a refusal that is read. */
const MAX_REFUSAL_BYTES = 8192

/** Close codes after which another attempt would go the same way: protocol errors, refused, too large. */
const FINAL_CODES: ReadonlySet<number> = new Set([1002, 1003, 1007, 1008, 1009])

/**
 * Joins a pipe as its viewer. The connection is made anew when it is lost, and nothing of output or input is lost with it. The stream ends when
 * the pipe has ended and all of its output was read; the last chunk is the note with the exit, if the process told it.
 *
 * @returns a stream that is destroyed with a {@link PipeGoneError} when the pipe ended otherwise
 * @example
 * const stream = joinPipe({ connect: (query) => new WebSocket(`ws://localhost:4040/api/pipe/${id}?${query}`, { headers }) })
 */
export const joinPipe = (options: JoinOptions): JoinedPipe => new PipeStream(options)

class PipeStream extends Duplex {
  readonly #options: Required<JoinOptions>
  readonly #viewer = new PipeViewer()
  readonly #backoff: Backoff = createBackoff({ firstMs: 100, longestMs: 3000, random: Math.random })
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #queue: Chunk[] = []
  #ended: Ended | undefined
  #wantsMore = false
  /** Waits until more input can be taken. */
  #inputTaken: (() => void) | undefined
  #socket: WebSocket | undefined
  /** When the connection was lost; undefined while there is one. */
  #lostAtMs: number | undefined = performance.now()
  #isLossTold = false

  constructor(options: JoinOptions) {
    // What is pushed counts as consumed, so as little as possible is pushed ahead.
    super({ objectMode: true, readableHighWaterMark: 1, writableHighWaterMark: 16 })
    const nothing = (): void => undefined
    this.#options = {
      patienceMs: 60_000,
      pingMs: 10_000,
      graceMs: 1000,
      onLost: nothing,
      onBack: nothing,
      ...options,
    }
    this.#connect()
  }

  get isLost(): boolean {
    return this.#lostAtMs !== undefined
  }

  override _read(): void {
    this.#wantsMore = true
    this.#deliver()
  }

  override _write({ lane, bytes }: Chunk, _encoding: string, done: (error?: Error) => void): void {
    if (lane === 'in') this.#viewer.input(bytes)
    else if (lane === 'note') {
      const note = noteSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
      if ('resize' in note) this.#viewer.resize(note.resize)
    }
    this.#flush()
    if (this.#viewer.pendingInputBytes < CREDIT_BYTES) done()
    else this.#inputTaken = done
  }

  override _final(done: () => void): void {
    this.#viewer.endInput()
    this.#flush()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const timer of this.#timers) clearTimeout(timer)
    const socket = this.#socket
    this.#socket = undefined
    if (socket !== undefined) {
      if (socket.readyState === socket.CONNECTING) socket.terminate()
      else void closeSocket(socket, 1000, 'the viewer leaves')
    }
    done(error)
  }

  #connect(): void {
    const socket = this.#options.connect(this.#viewer.query())
    this.#socket = socket
    let reason = ''
    let isHeard = true
    const pinging = setInterval(() => {
      if (!isHeard) return socket.terminate()
      isHeard = false
      if (socket.readyState === socket.OPEN) socket.ping()
    }, this.#options.pingMs)
    socket.on('pong', () => {
      isHeard = true
    })
    socket.on('message', (data) => {
      isHeard = true
      if (socket === this.#socket) this.#take(socket, data as Buffer)
    })
    socket.on('unexpected-response', (_request, response) => {
      void this.#refused(response, (why) => {
        reason = why
      }).finally(() => socket.terminate())
    })
    socket.on('error', (error) => {
      reason ||= explainTls(error).message
    })
    socket.on('close', (code, said) => {
      clearInterval(pinging)
      if (socket === this.#socket) this.#closed(code, reason || said.toString('utf8'))
    })
  }

  #take(socket: WebSocket, data: Buffer): void {
    try {
      const event = this.#viewer.take(data)
      if (event.kind === 'hello') this.#connected(event.hello.lost)
      else if (event.kind === 'output') this.#queue.push(event)
      else if (event.kind === 'ended') this.#ended = event.ended
    } catch (error) {
      socket.terminate()
      this.destroy(new PipeGoneError(`the app cannot be understood: ${(error as Error).message}`))
      return
    }
    const taken = this.#inputTaken
    if (taken !== undefined && this.#viewer.pendingInputBytes < CREDIT_BYTES) {
      this.#inputTaken = undefined
      taken()
    }
    this.#flush()
    this.#deliver()
  }

  #connected(lostBytes: number | undefined): void {
    this.#lostAtMs = undefined
    this.#backoff.reset()
    if (lostBytes !== undefined) {
      this.destroy(new PipeGoneError(`${lostBytes} bytes of output are lost`))
      return
    }
    if (this.#isLossTold) this.#options.onBack()
    this.#isLossTold = false
  }

  #closed(code: number, reason: string): void {
    this.#viewer.disconnected()
    this.#socket = undefined
    if (this.#ended !== undefined || this.destroyed) return
    if (code === TAKEN_OVER_CODE) return void this.destroy(new PipeGoneError('somebody else looks at it now'))
    if (FINAL_CODES.has(code))
      return void this.destroy(new PipeGoneError(`the app has closed it: ${reason || `code ${code}`}`))
    this.#lost(reason || 'the connection ended')
  }

  #lost(reason: string): void {
    const { patienceMs, graceMs, onLost } = this.#options
    if (this.#lostAtMs === undefined) {
      this.#lostAtMs = performance.now()
      this.#later(() => {
        if (this.#lostAtMs === undefined || this.#ended !== undefined) return
        this.#isLossTold = true
        onLost(reason)
      }, graceMs)
    }
    if (performance.now() - this.#lostAtMs >= patienceMs) {
      const seconds = Math.round(patienceMs / 1000)
      this.destroy(
        new PipeGoneError(
          `the connection to the app is lost, and did not come back within ${seconds} s: ${reason}`,
        ),
      )
      return
    }
    this.#later(() => this.#connect(), this.#backoff.next())
  }

  /** The app did not open the WebSocket. @param tell with why, when it may do so later */
  async #refused(response: IncomingMessage, tell: (why: string) => void): Promise<void> {
    const { statusCode = 0 } = response
    const text = await refusalIn(response)
    const said = text === '' ? `the app answered HTTP ${statusCode}` : text
    if (statusCode >= 500) tell(said)
    else this.destroy(new PipeGoneError(said))
  }

  #deliver(): void {
    while (this.#wantsMore && this.#queue.length > 0) {
      const chunk = this.#queue.shift() as Chunk
      this.#wantsMore = this.push({ lane: chunk.lane, bytes: chunk.bytes })
      this.#viewer.consumed(chunk.bytes.length)
    }
    this.#flush()
    if (!this.#wantsMore || this.#queue.length > 0 || this.#ended === undefined) return
    this.#wantsMore = false
    const { exit, reason } = this.#ended
    if (exit !== undefined) this.push({ lane: 'note', bytes: Buffer.from(JSON.stringify({ exit })) })
    else if (reason !== undefined) return void this.destroy(new PipeGoneError(reason))
    this.push(null)
  }

  #flush(): void {
    const socket = this.#socket
    if (socket?.readyState !== socket?.OPEN) return
    for (const frame of this.#viewer.frames()) socket?.send(frame)
  }

  #later(work: () => void, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, delayMs)
    this.#timers.add(timer)
  }
}

/** The message of a refusal; empty when there is none. */
const refusalIn = async (response: IncomingMessage): Promise<string> => {
  let text = ''
  try {
    for await (const part of response) {
      text += String(part)
      if (text.length > MAX_REFUSAL_BYTES) break
    }
    const { error } = JSON.parse(text) as { error?: { message?: unknown } }
    return typeof error?.message === 'string' ? error.message : ''
  } catch {
    return ''
  }
}
