import { isDeepStrictEqual } from 'node:util'
import { describeError, type Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { untilAborted } from '../../pacing/until-aborted.ts'
import { isLoopback } from '../../report/address/ip.ts'
import { TlsFailure } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import type { Epoch } from '../feed/epoch.ts'
import type { ReportFeed } from '../feed/report-feed.ts'
import type { Target } from '../targets/target.ts'
import type { Verdict } from './answer.ts'
import { createDelivery, type Delivery, type DeliveryOptions, UnmadeReportError } from './delivery.ts'
import { createHttpClient } from './http-client.ts'
import { createPace } from './pace.ts'
import { type PublishStatus, targetName } from './publish-status.ts'

export interface PublisherOptions
  extends Omit<DeliveryOptions, 'client' | 'feed' | 'intervalMs' | 'onTaken' | 'timeoutMs'> {
  readonly target: Target
  readonly feed: ReportFeed
  /** Interval of the feed's beats. */
  readonly intervalMs: number
  /** By what the certificate of an `https` app is verified: by the system's authorities unless told otherwise. */
  readonly trustOf?: () => Trust
  readonly log: Logger
  /** Called when more than numbers of the status has changed. */
  readonly onStatus?: () => void
  /** Time limit of a request; a large report has more. */
  readonly timeoutMs?: number
  /** Pause before the next try when the problem needs someone to act; 30 s by default. */
  readonly lastingPauseMs?: number
  /** Longest that stopping waits for the app to be told; 1 s by default. */
  readonly goodbyeMs?: number
}

/** Sends one app the reports of a feed. */
export interface Publisher {
  /** Identifies this run of the probe to the app. */
  readonly epoch: Epoch
  /** What was last sent to the app, whether or not it arrived; undefined when nothing was. */
  sent: Delivery['sent']
  /** Call when what the app was refused for may be over: it is tried again at once. */
  wake(): void
  /** Call when somebody begins to look at the app: it gets numbers at once, and rests no more. */
  endRest(): void
  status(): PublishStatus
  /** Tells the app that no more reports come, and ends. */
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
/** Longest interval of reports to an app that is reached slowly. */
const LONGEST_INTERVAL_MS = 30_000
/** Longest pause after a refused token, as a multiple of the lasting one: 5 minutes. */
const LONGEST_TOKEN_PAUSE = 10
const GOODBYE_MS = 1000
const isLocal = ({ address }: Target): boolean => isLoopback(address)

/** Codes of refusals that last until someone acts. */
const LASTING: ReadonlySet<string> = new Set([
  'host_taken',
  'was_verified',
  'too_many_hosts',
  'key_in_use',
  'wrong_cluster_key',
  'bad_signature',
  'unproven',
])

/** Starts to publish to an app. The app need not be running yet. */
export const startPublisher = (options: PublisherOptions): Publisher => {
  const { target, intervalMs, log, nowMs = Date.now } = options
  const { lastingPauseMs = LASTING_PAUSE_MS, timeoutMs = REQUEST_TIMEOUT_MS } = options
  const { url, address, origin } = target
  const app = targetName(target)
  const client = createHttpClient(new URL(url), timeoutMs, options.trustOf, { address, token: target.token })
  const pace = createPace({
    intervalMs,
    longestMs: LONGEST_INTERVAL_MS,
    leastGapMs: () => delivery.leastGapMs(),
    nowMs: () => performance.now(),
  })
  const feed = options.feed.join({
    beat(hasChanged) {
      if (stopped) return
      if (pace.beat(hasChanged)) sendNow()
      else plan()
    },
    needs: (hasChanged) => (pace.isReady(hasChanged) ? { sinceMs: delivery.heldAtMs() } : undefined),
  })
  const delivery = createDelivery({
    ...options,
    ...{ client, feed, timeoutMs, intervalMs: pace.intervalMs, onTaken: pace.taken },
  })
  const longestMs = isLocal(target) ? LONGEST_LOCAL_PAUSE_MS : LONGEST_PAUSE_MS
  const tokenBackoff = createBackoff({
    firstMs: lastingPauseMs,
    longestMs: LONGEST_TOKEN_PAUSE * lastingPauseMs,
    random: Math.random,
  })
  const backoff = createBackoff({ firstMs: FIRST_PAUSE_MS, longestMs, random: Math.random })

  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()
  let status: PublishStatus = { url, address, origin, state: 'waiting', reason: '' }
  let reports = 0
  let lastSuccessMs: number | undefined

  const setStatus = (
    next: Pick<PublishStatus, 'state' | 'reason' | 'appKey' | 'distrust' | 'unproven'>,
  ): void => {
    const before = status
    status = { url, address, origin, ...next }
    if (isDeepStrictEqual(before, status)) return
    if (before.state !== status.state || before.distrust !== status.distrust) tell()
    try {
      options.onStatus?.()
    } catch (error) {
      log.error('what follows the status of an app failed', { app, error })
    }
  }

  const tell = (): void => {
    const fields = { app, reason: status.reason }
    switch (status.state) {
      case 'ok':
        log.info('the app takes reports', { app })
        if (status.distrust !== undefined)
          log.warn('no orders are taken from the app', { app, reason: status.distrust })
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
    pace.retryAfter(pauseMs)
  }

  const refuseToken = (reason: string): void =>
    refuse(
      `token_refused: the service does not take the token of --service-token (${reason}); launch Scope again with the right one`,
      tokenBackoff.next(),
    )

  const shrink = (reason: string): void => {
    const how = delivery.shrink()
    if (how === 'back') {
      log.debug('the app takes no larger reports yet', { app, reason })
      pace.retryAfter(0)
    } else refuse(`too large: ${reason}`, how === 'less' ? 0 : lastingPauseMs)
  }

  const accept = (
    { appKey, distrust, unproven }: ReturnType<typeof delivery.trust>,
    restMs: number | undefined,
  ): void => {
    reports++
    lastSuccessMs = nowMs()
    const { sizeBytes = 0, durationMs = 0 } = delivery.delivered() ?? {}
    const wasSlow = pace.changesWithinMs() > intervalMs
    pace.arrived(durationMs, restMs)
    if (!wasSlow && pace.changesWithinMs() > intervalMs)
      log.warn('the way to the app is slow; it is reported to more rarely', { app, sizeBytes, durationMs })
    setStatus({
      state: 'ok',
      reason: distrust,
      ...(appKey !== undefined && { appKey }),
      ...(distrust !== '' && { distrust }),
      ...(unproven && { unproven }),
    })
  }

  const follow = (verdict: Verdict): void => {
    switch (verdict.kind) {
      case 'taken':
        backoff.reset()
        tokenBackoff.reset()
        accept(delivery.trust(), verdict.restMs)
        break
      case 'too_large':
        shrink(verdict.reason)
        break
      case 'refused':
        if (verdict.isAboutAccess && target.token !== undefined) {
          refuseToken(verdict.reason)
          break
        }
        refuse(
          `${verdict.code}: ${verdict.reason}`,
          LASTING.has(verdict.code) || verdict.isAboutKey ? lastingPauseMs : backoff.next(),
          verdict.isAboutKey ? `${verdict.code}: ${verdict.reason}` : undefined,
        )
        break
      case 'busy':
        setStatus({ state: 'away', reason: verdict.reason })
        pace.retryAfter(backoff.next())
        break
      case 'duplicate':
        setStatus({ state: 'duplicate', reason: `the same app as ${verdict.of}` })
        pace.retryAfter(lastingPauseMs)
        break
      case 'need_full':
        refuse('it asks for a whole report and does not take one for it', backoff.next())
        break
      case 'challenge':
        refuse('it asks for one proof after another', backoff.next())
    }
  }

  const send = async (): Promise<void> => {
    try {
      follow(await delivery.deliver())
    } catch (error) {
      if (stopped) return
      if (error instanceof TlsFailure) return refuse(error.message, backoff.next())
      const state = error instanceof UnmadeReportError ? 'failed' : 'away'
      setStatus({ state, reason: describeError(error) })
      pace.retryAfter(backoff.next())
    }
  }

  const sendNow = (): void => {
    clearTimeout(timer)
    pace.begin()
    sending = send().finally(plan)
  }

  /** Sets the timer to when the next report is due, if it does not wait for a beat. */
  const plan = (): void => {
    clearTimeout(timer)
    const waitMs = stopped ? undefined : pace.waitMs()
    timer = waitMs === undefined ? undefined : setTimeout(sendNow, waitMs)
  }
  plan()

  const figures = (): Partial<PublishStatus> => {
    const last = delivery.delivered()
    return {
      ...{ intervalMs: pace.changesWithinMs(), reports },
      ...(lastSuccessMs !== undefined && { lastSuccessAt: new Date(lastSuccessMs).toISOString() }),
      ...(last && { lastBytes: last.sizeBytes, lastDurationMs: Math.round(last.durationMs) }),
    }
  }

  /** After the report that is under way, if that does not take long. */
  const sayGoodbye = async (): Promise<void> => {
    const signal = AbortSignal.timeout(options.goodbyeMs ?? GOODBYE_MS)
    try {
      await untilAborted(
        sending.then(() => delivery.sayGoodbye(signal)),
        signal,
      )
    } catch (error) {
      log.debug('the app was not told that no more reports come', { app, error })
    }
  }

  return {
    epoch: feed.epoch,
    sent: delivery.sent,
    wake() {
      pace.wake()
      plan()
    },
    endRest() {
      pace.endRest()
      plan()
    },
    status: () => ({ ...status, ...figures() }),
    async stop() {
      stopped = true
      clearTimeout(timer)
      feed.leave()
      await sayGoodbye()
      client.close()
      await sending
      options.claim?.release()
    },
  }
}
