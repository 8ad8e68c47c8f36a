import type { WebSocket } from 'ws'
import type { AuditLog } from '../../audit/audit-log.ts'
import { ProtocolError } from '../../channel/errors.ts'
import { Link } from '../../channel/link.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { channelLimits } from '../../report/channel.ts'
import { createOpener, createSealer } from '../../report/proof/frame-seal.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import type { ControlGuard } from '../controls/control-guard.ts'
import { targetName } from '../publish/publish-status.ts'
import type { Target } from '../targets/target.ts'
import { createDialler, type DialIdentity, type Dialled } from './dial.ts'
import type { Methods } from './methods.ts'
import { createOrderAudit, type OrderAudit } from './order-audit.ts'
import { createOrderReader } from './order-reader.ts'
import { createServer } from './serve.ts'
import type { ControlSurroundings } from './use-control.ts'

/** What {@link openChannel} needs. */
export interface ChannelOptions extends DialIdentity {
  readonly target: Target
  readonly methods: Methods
  readonly controls: ControlSurroundings['controls']
  readonly guard: ControlGuard
  readonly audit: Pick<AuditLog, 'record'>
  readonly log: Logger
  /** A monotonic clock, by which it is told how old orders are; that of the runtime by default. */
  readonly nowMs?: () => number
}

/** A channel on which an app gives the probe orders; reopened whenever it breaks. */
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
/** No more than this of answers waits for an app that does not read them: eight of the largest. */
const MAX_UNREAD_BYTES = 8 * channelLimits.frameBytes
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const APP_GONE = 'the app has gone'

/** Keeps a channel to an app open while the app takes reports and has proved the key that is expected of it. */
export const openChannel = (options: ChannelOptions): Channel => {
  const { target, log } = options
  const app = targetName(target)
  const isTrusted = (): boolean => options.appKey() !== undefined
  const serving = { ...options, audit: createOrderAudit(options.audit, target.url) }
  const dial = createDialler(new URL(target.url), {
    ...options,
    address: target.address,
    token: target.token,
  })
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
        log.info('the app may give this probe orders', { app })
        open = dialled.socket
        if (stopping.signal.aborted) void closeSocket(open, GOING_AWAY, 'the probe stops')
        const why = await serveUntilClosed(dialled, serving)
        log.info('the channel to the app closed', { app, why })
        if (performance.now() - openedMs > STEADY_MS) backoff.reset()
      } catch (error) {
        if (stopping.signal.aborted) return
        const reason = describeError(error)
        if (reason !== lastFailure) log.warn('no channel to the app; it is tried again', { app, reason })
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

type Serving = Pick<ChannelOptions, 'methods' | 'controls' | 'guard' | 'log' | 'nowMs'> & {
  readonly audit: OrderAudit
}

/** Carries out orders until the channel closes. @returns why it closed */
const serveUntilClosed = (dialled: Dialled, serving: Serving): Promise<string> =>
  new Promise((resolve) => {
    const { socket, keys, appKey, recipient } = dialled
    const { nowMs = () => performance.now() } = serving
    const openedMs = nowMs()
    const clockMs = (): number => Math.floor(nowMs() - openedMs)
    /** When the next order was given at the latest, by that clock; undefined when the app does not tell. */
    let givenMs: number | undefined
    const orderIn = createOrderReader(recipient, appKey)
    const link = new Link({
      socket,
      seal: createSealer(keys.toApp),
      unseal: createOpener(keys.toProbe),
      take(frame) {
        switch (frame.type) {
          case 'request':
          case 'open':
            server.take(orderIn(frame.order), frame.type === 'open', clockMs() - (givenMs ?? clockMs()))
            return true
          case 'clock':
            givenMs = frame.ms
            return true
          case 'cancel':
            return !link.streams.has(frame.id) && server.cancel(frame.id, frame.reason)
          case 'answer':
            throw new ProtocolError('an app sends no answers')
        }
      },
    })
    const server = createServer({
      ...serving,
      send: (json) => {
        if (socket.bufferedAmount < MAX_UNREAD_BYTES)
          return link.send({ type: 'answer', json: Buffer.from(json) })
        why ||= 'the app does not read what it has asked for'
        socket.terminate()
      },
      openStream: (number) => link.streams.open(number),
    })
    let why = ''
    const silence = setTimeout(() => {
      why = 'the app fell silent'
      socket.terminate()
    }, SILENCE_MS)

    const tellClock = (): void => link.send({ type: 'clock', ms: clockMs() })
    tellClock()
    socket.on('ping', () => {
      silence.refresh()
      tellClock()
    })
    socket.on('message', (data) => {
      try {
        link.receive(data as Buffer)
      } catch (error) {
        const reason = describeError(error)
        why = `the app sent what it may not: ${reason}`
        serving.audit.forged(reason)
        socket.close(POLICY_VIOLATION, 'no order')
        socket.removeAllListeners('message')
      }
    })
    socket.on('error', (error) => {
      why ||= describeError(error)
    })
    socket.on('close', (code, reason) => {
      clearTimeout(silence)
      server.close(APP_GONE)
      link.streams.close(APP_GONE)
      resolve(why || `${code} ${reason}`.trim())
    })
    socket.resume()
  })
