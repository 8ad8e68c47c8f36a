import type { WebSocket } from 'ws'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { channelLimits } from '../../report/channel.ts'
import { createOpener, createSealer } from '../../report/proof/frame-seal.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { createDialler, type DialIdentity, type Dialled } from './dial.ts'
import type { Handlers } from './handlers.ts'
import { createServer } from './serve.ts'

/** What {@link openChannel} needs. */
export interface ChannelOptions extends DialIdentity {
  /** `http://host:port` or `https://host:port` */
  readonly url: string
  readonly handlers: Handlers
  /** True while the app accepts reports and has proved with its answers that it holds the cluster key. */
  readonly isTrusted: () => boolean
  readonly log: Logger
}

/** A channel on which an app sends requests to the probe; reopened whenever it breaks. */
export interface Channel {
  /** Call when the app may have become trusted. */
  wake(): void
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
/** A channel that was open for a shorter time counts as a failure, so that the pauses grow. */
const STEADY_MS = 10_000
const SILENCE_MS = 2.5 * channelLimits.pingIntervalMs
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008

/** Keeps a channel to an app open while the app is trusted. */
export const openChannel = (options: ChannelOptions): Channel => {
  const { url, handlers, isTrusted, log } = options
  const dial = createDialler(new URL(url), options)
  const backoff = createBackoff({
    firstMs: FIRST_PAUSE_MS,
    longestMs: LONGEST_PAUSE_MS,
    random: Math.random,
  })
  const stopping = new AbortController()
  let wakeUp = (): void => {}
  let open: WebSocket | undefined

  /** Waits until woken. @param ms wait at most this long */
  const sleep = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve()
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const keep = async (): Promise<void> => {
    let lastFailure = ''
    while (!stopping.signal.aborted) {
      if (!isTrusted()) {
        await sleep()
        continue
      }
      try {
        const dialled = await dial(stopping.signal)
        const openedMs = performance.now()
        lastFailure = ''
        log.info('the app may ask this probe', { app: url })
        open = dialled.socket
        if (stopping.signal.aborted) void closeSocket(open, GOING_AWAY, 'the probe stops')
        const why = await serveUntilClosed(dialled, handlers, log)
        log.info('the channel to the app closed', { app: url, why })
        if (performance.now() - openedMs > STEADY_MS) backoff.reset()
      } catch (error) {
        if (stopping.signal.aborted) return
        const reason = describeError(error)
        if (reason !== lastFailure) log.warn('no channel to the app; it is tried again', { app: url, reason })
        lastFailure = reason
      } finally {
        open = undefined
      }
      await sleep(backoff.next())
    }
  }
  const kept = keep()

  return {
    wake() {
      if (!isTrusted()) return
      backoff.reset()
      wakeUp()
    },
    async stop() {
      stopping.abort()
      wakeUp()
      if (open) void closeSocket(open, GOING_AWAY, 'the probe stops')
      await kept
    },
  }
}

/** Serves requests until the channel closes. @returns why it closed */
const serveUntilClosed = ({ socket, key }: Dialled, handlers: Handlers, log: Logger): Promise<string> =>
  new Promise((resolve) => {
    const seal = createSealer(key, 'to-app')
    const unseal = createOpener(key, 'to-probe')
    const serve = createServer({
      handlers,
      log,
      send: (text) => {
        if (socket.readyState === socket.OPEN) socket.send(seal(text))
      },
    })
    let why = ''
    const silence = setTimeout(() => {
      why = 'the app fell silent'
      socket.terminate()
    }, SILENCE_MS)

    socket.on('ping', () => silence.refresh())
    socket.on('message', (data) => {
      try {
        serve(unseal(String(data)))
      } catch (error) {
        why = `the app sent what is no request: ${describeError(error)}`
        socket.close(POLICY_VIOLATION, 'no request')
        socket.removeAllListeners('message')
      }
    })
    socket.on('error', (error) => {
      why ||= describeError(error)
    })
    socket.on('close', (code, reason) => {
      clearTimeout(silence)
      resolve(why || `${code} ${reason}`.trim())
    })
    socket.resume()
  })
