import { isDeepStrictEqual } from 'node:util'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { isLoopback } from '../../report/address/ip.ts'
import { TlsFailure } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import type { Verdict } from './answer.ts'
import { createDelivery, type DeliveryOptions, UnmadeReportError } from './delivery.ts'
import { createHttpClient } from './http-client.ts'
import { createSchedule } from './schedule.ts'

export interface PublisherOptions extends Omit<DeliveryOptions, 'client'> {
  /** `http://host:port` or `https://host:port` */
  readonly url: string
  /** By what the certificate of an `https` app is verified: by the system's authorities unless told otherwise. */
  readonly trustOf?: () => Trust
  readonly log: Logger
  /** Called when the status has changed. */
  readonly onStatus?: () => void
  readonly timeoutMs?: number
  /** Pause before the next try when the problem needs someone to act; 30 s by default. */
  readonly lastingPauseMs?: number
}

/** The state of publishing to an app. */
export interface PublishStatus {
  readonly url: string
  /**
   * `waiting`: no answer yet. `ok`: accepts reports. `away`: does not answer. `refused`: answers, but accepts no
   * reports or must not get any. `duplicate`: is the same app as that of another target, which gets the reports.
   * `failed`: no report can be made.
   */
  readonly state: 'waiting' | 'ok' | 'away' | 'refused' | 'duplicate' | 'failed'
  /** Plain words; empty when there is nothing to say. */
  readonly reason: string
  /**
   * The app's own public key, while it accepts reports and has proved the key that is expected of it: orders are taken only
   * from such an app. Undefined otherwise.
   */
  readonly appKey?: string | undefined
  /** Why the app is not trusted with orders, or with anything; undefined when it is, or has not answered yet. */
  readonly distrust?: string | undefined
}

/** Sends one app a report at every interval, and at once when something changed. */
export interface Publisher {
  /** Call when an entity appeared or disappeared. */
  changed(): void
  status(): PublishStatus
  stop(): Promise<void>
}

const REQUEST_TIMEOUT_MS = 15_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
/**
 * Longest pause for an app on the same machine: retrying costs nothing there, and the app should be found soon after it
 * starts.
 */
const LONGEST_LOCAL_PAUSE_MS = 3000
const LASTING_PAUSE_MS = 30_000
const isLocal = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))

/** Codes of refusals that last until someone acts. */
const LASTING: ReadonlySet<string> = new Set([
  'host_taken',
  'key_in_use',
  'wrong_cluster_key',
  'bad_signature',
  'unproven',
])

/** Starts to publish to an app. The app need not be running yet. */
export const startPublisher = (options: PublisherOptions): Publisher => {
  const { intervalMs, log, lastingPauseMs = LASTING_PAUSE_MS } = options
  const url = new URL(options.url)
  const client = createHttpClient(url, options.timeoutMs ?? REQUEST_TIMEOUT_MS, options.trustOf)
  const delivery = createDelivery({ ...options, client })
  const schedule = createSchedule({ intervalMs, nowMs: () => performance.now() })
  const longestMs = isLocal(url) ? LONGEST_LOCAL_PAUSE_MS : LONGEST_PAUSE_MS
  const backoff = createBackoff({ firstMs: FIRST_PAUSE_MS, longestMs, random: Math.random })

  let stopped = false
  let inFlight = false
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()
  let status: PublishStatus = { url: options.url, state: 'waiting', reason: '' }

  const setStatus = (next: Omit<PublishStatus, 'url'>): void => {
    const before = status
    status = { url: options.url, ...next }
    if (isDeepStrictEqual(before, status)) return
    if (before.state !== status.state || before.distrust !== status.distrust) tell()
    try {
      options.onStatus?.()
    } catch (error) {
      log.error('what follows the status of an app failed', { app: options.url, error })
    }
  }

  const tell = (): void => {
    const fields = { app: options.url, reason: status.reason }
    switch (status.state) {
      case 'ok':
        log.info('the app takes reports', { app: options.url })
        if (status.distrust !== undefined)
          log.warn('no orders are taken from the app', { app: options.url, reason: status.distrust })
        break
      case 'away':
        log.warn('the app does not answer; it is tried again', fields)
        break
      case 'duplicate':
        log.info('the app is named twice; it is reported to once', fields)
        break
      case 'failed':
        log.error('no report can be made; it is tried again', fields)
        break
      case 'refused':
        log.error('this probe cannot report to the app', fields)
    }
  }

  const refuse = (reason: string, pauseMs: number, distrust?: string): void => {
    setStatus({ state: 'refused', reason, ...(distrust !== undefined && { distrust }) })
    schedule.retryAfter(pauseMs)
  }

  const accept = ({ appKey, distrust }: ReturnType<typeof delivery.trust>): void =>
    setStatus({
      state: 'ok',
      reason: distrust,
      ...(appKey !== undefined && { appKey }),
      ...(distrust !== '' && { distrust }),
    })

  const follow = (verdict: Verdict): void => {
    switch (verdict.kind) {
      case 'taken':
        backoff.reset()
        accept(delivery.trust())
        break
      case 'too_large':
        refuse(`too large: ${verdict.reason}`, delivery.shrink() ? 0 : lastingPauseMs)
        break
      case 'refused':
        refuse(
          `${verdict.code}: ${verdict.reason}`,
          LASTING.has(verdict.code) || verdict.isAboutKey ? lastingPauseMs : backoff.next(),
          verdict.isAboutKey ? `${verdict.code}: ${verdict.reason}` : undefined,
        )
        break
      case 'busy':
        setStatus({ state: 'away', reason: verdict.reason })
        schedule.retryAfter(backoff.next())
        break
      case 'duplicate':
        setStatus({ state: 'duplicate', reason: `the same app as ${verdict.of}` })
        schedule.retryAfter(lastingPauseMs)
        break
      case 'need_full':
        refuse('it asks for a whole report and does not take one for it', backoff.next())
        break
      case 'challenge':
        refuse('it asks for one proof after another', backoff.next())
    }
  }

  const send = async (): Promise<void> => {
    schedule.begin()
    try {
      follow(await delivery.deliver())
    } catch (error) {
      if (stopped) return
      if (error instanceof TlsFailure) return refuse(error.message, backoff.next())
      const state = error instanceof UnmadeReportError ? 'failed' : 'away'
      setStatus({ state, reason: describeError(error) })
      schedule.retryAfter(backoff.next())
    }
  }

  /** Sets the timer to when the next report is due. */
  const plan = (): void => {
    clearTimeout(timer)
    if (stopped || inFlight) return
    timer = setTimeout(
      () => {
        inFlight = true
        sending = send().finally(() => {
          inFlight = false
          plan()
        })
      },
      Math.max(0, schedule.waitMs()),
    )
  }
  plan()

  return {
    changed() {
      schedule.changed()
      plan()
    },
    status: () => status,
    async stop() {
      stopped = true
      clearTimeout(timer)
      options.claim?.(undefined)
      client.close()
      await sending
    },
  }
}
