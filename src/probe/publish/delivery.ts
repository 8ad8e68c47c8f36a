import { PROBE_TIME_HEADER } from '../../report/probe-time.ts'
import { NO_BODY_SHA256, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { REPORT_CONTENT_TYPE, REPORT_PATH, type Report } from '../../report/schema.ts'
import type { Terms } from '../../report/terms.ts'
import type { FitLimits } from '../assemble/fitter.ts'
import type { FeedAccess } from '../feed/report-feed.ts'
import { judge, shrunken, termsOfEarlier, type Verdict } from './answer.ts'
import { ConnectionLostError } from './http-client.ts'
import { type Introduced, type IntroductionOptions, introduce } from './introduction.ts'
import { createShare, type Share } from './share.ts'

export interface DeliveryOptions extends Omit<IntroductionOptions, 'epoch'> {
  /** Where reports are taken from. */
  readonly feed: Pick<FeedAccess, 'epoch' | 'take' | 'encode'>
  /** The longest pause until the report after the next one; the app is told of it. */
  readonly intervalMs: () => number
  /** Called when a report has been taken from the feed. */
  readonly onTaken?: () => void
  /** What the clock of this host shows: milliseconds since 1970. The app is told. */
  readonly nowMs?: () => number
  /** Pause before reports that were too large grow again, see {@link createShare}; 1 minute by default. */
  readonly growthMs?: number
  /** A clock that never goes back; by default that of the process. */
  readonly monotonicMs?: () => number
  /** Time limit of a request with an empty body. A report may take longer, by its size. */
  readonly timeoutMs: number
}

/** A report that an app has accepted. */
export interface Delivered {
  /** Size as it was sent. */
  readonly sizeBytes: number
  /** Time from the first byte of it to the answer. */
  readonly durationMs: number
}

/**
 * Delivers reports to one app. Has the app prove itself on each connection, signs reports, keeps to the app's limits, and
 * sends only what changed since the last report that the app accepted. When it is not certain what the app has, it sends a
 * full report.
 */
export interface Delivery {
  /**
   * Takes a report from the feed and sends it.
   *
   * @returns how the app received it, or why it was not sent
   * @throws Error when there was no answer, or when no report could be made ({@link UnmadeReportError})
   */
  deliver(): Promise<Verdict>
  /**
   * Tells the app that no more reports come, if it holds one and wants to know that. No report may be under way.
   *
   * @throws Error when there was no answer
   */
  sayGoodbye(signal: AbortSignal): Promise<void>
  /** The last report was too large: makes them smaller from now on, as {@link Share.tooLarge} tells. They grow again after pauses. */
  shrink: Share['tooLarge']
  /** What the app that took the last report has proved about its own key. */
  trust(): Pick<Introduced, 'appKey' | 'distrust' | 'unproven'>
  /** The last report that was accepted; undefined when none was. */
  delivered(): Delivered | undefined
  /** What was last sent, whether or not it arrived; undefined when nothing was. */
  sent(): Pick<Report, 'host' | 'nodes'> | undefined
  /** Time of what the app holds, on the probe's clock; undefined when that is not known, so that it needs a full report. */
  heldAtMs(): number | undefined
  /** Least time between two reports that the app wants; 0 when it has not said. */
  leastGapMs(): number
}

/** Thrown when a report could not be made: an error of the probe, not of the app. */
export class UnmadeReportError extends Error {
  override readonly name = 'UnmadeReportError'
}

const GROWTH_MS = 60_000
/**
 * Attempts to deliver one report: reasons to repeat it are another app than before, the need for a full report, and a
 * new epoch, each once at most.
 */
const MAX_ATTEMPTS = 4
/** A way to an app that carries less cannot be reported on: the largest report would take more than ten minutes. */
const SLOWEST_BYTES_PER_SECOND = 12_000

export const createDelivery = (options: DeliveryOptions): Delivery => {
  const { client, feed, probeId, probeKey, clusterKey, timeoutMs, nowMs = Date.now } = options
  const { growthMs = GROWTH_MS, monotonicMs = () => performance.now() } = options
  const { epoch } = feed
  let introduced: Introduced | undefined
  let challenge = ''
  /** Undefined: not requested yet. */
  let terms: Terms | undefined
  const share = createShare({ growthMs, nowMs: monotonicMs, random: Math.random })
  /** By what the last report was fitted. */
  let fitted: { readonly of: Terms; readonly share: number; readonly limits: FitLimits } | undefined
  /** Number of the last report that was taken. */
  let lastSeq = 0
  /**
   * The last report that the app accepted, without its metrics: the base of the next delta. Undefined when it is not
   * known what the app has.
   */
  let held: Report | undefined
  let sent: Pick<Report, 'host' | 'nodes'> | undefined
  let delivered: Delivered | undefined

  const takeReport = (of: Terms): Report => {
    // With other terms an entity may be cut elsewhere. With another share there are only more or fewer.
    if (fitted?.of !== of) held = undefined
    const current = share.current()
    if (fitted?.of !== of || fitted.share !== current) {
      const limits = current === 1 ? of.limits : shrunken(of.limits, current)
      const told = { tellsCutTexts: of.takes.has('cut-texts'), tellsAbsorbed: of.takes.has('absorbed') }
      fitted = { of, share: current, limits: { ...limits, ...told } }
    }
    try {
      const need = { newerThan: lastSeq, sinceMs: held?.envelope.uptimeMs }
      const report = feed.take(fitted.limits, need)
      lastSeq = report.envelope.seq
      return report
    } catch (cause) {
      throw new UnmadeReportError('no report could be made', { cause })
    } finally {
      options.onTaken?.()
    }
  }

  const post = async (
    { challenge, connection, unproven }: Introduced,
    seq: number,
    { body, coding, bodySha256 }: Awaited<ReturnType<typeof feed.encode>>,
  ): Promise<Verdict> => {
    const purpose = unproven ? 'unverified' : 'report'
    const subject = { purpose, challenge, probeId, epoch: epoch.id, seq, bodySha256 } as const
    const answer = await client.request({
      method: 'POST',
      path: REPORT_PATH,
      headers: {
        'content-type': REPORT_CONTENT_TYPE,
        ...(coding && { 'content-encoding': coding }),
        [PROBE_TIME_HEADER]: String(Math.round(nowMs())),
        ...proveReport(subject, probeKey, unproven ? undefined : clusterKey),
      },
      body,
      over: connection,
      timeoutMs: Math.max(timeoutMs, Math.ceil((1000 * body.length) / SLOWEST_BYTES_PER_SECOND)),
    })
    return judge(answer, answer.header(proofHeaders.challenge))
  }

  const report = async (to: Introduced): Promise<Verdict> => {
    // An app of an earlier version tells them only to those who may see the map; for others the defaults then apply.
    terms ??=
      to.terms ?? termsOfEarlier(await client.request({ method: 'GET', path: '/api', over: to.connection }))
    const { limits } = terms
    const taken = takeReport(terms)
    const base = held
    // It is not known what the app has until it has answered.
    held = undefined
    const message = await feed.encode(taken, {
      ...{ base, intervalMs: options.intervalMs() },
      coding: terms.takes.has('zstd') ? 'zstd' : 'gzip',
    })
    const sizeBytes = message.body.length
    if (sizeBytes > limits.bodyBytes) {
      const reason = `a report of ${sizeBytes} bytes is over the limit of ${limits.bodyBytes}`
      return { kind: 'too_large', reason }
    }
    sent = { host: taken.host, nodes: taken.nodes }
    const beganMs = performance.now()
    const verdict = await post(to, taken.envelope.seq, message)
    if (verdict.kind === 'taken') {
      delivered = { sizeBytes, durationMs: performance.now() - beganMs }
      // A delta needs no old metrics, and keeping them would cost memory.
      held = { ...taken, metrics: [] }
    }
    return verdict
  }

  /** @returns undefined when the connection to the app was lost and must be made anew */
  const attempt = async (): Promise<Verdict | undefined> => {
    const other = introduced && options.claim?.lostTo()
    if (other !== undefined) {
      introduced = undefined
      return { kind: 'duplicate', of: other }
    }
    if (introduced === undefined) {
      const result = await introduce({ ...options, epoch }, challenge)
      if ('kind' in result) return result
      // Another app may have other limits.
      if (result.challenge !== challenge) terms = undefined
      challenge = result.challenge
      introduced = result
    }
    try {
      return await report(introduced)
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error
      introduced = undefined
      return undefined
    }
  }

  /** True when another attempt at once may succeed. */
  const isWorthAnother = (verdict: Verdict | undefined): boolean => {
    switch (verdict?.kind) {
      case undefined:
      case 'need_full':
        return true
      case 'challenge':
        introduced = undefined
        return true
      case 'refused':
        if (verdict.code !== 'epoch_replaced') return false
        // The process that replaced this epoch is gone, or the app would have reported the conflict.
        epoch.renew()
        return true
      default:
        return false
    }
  }

  return {
    async deliver() {
      try {
        let verdict = await attempt()
        for (let tries = 1; tries < MAX_ATTEMPTS && isWorthAnother(verdict); tries++)
          verdict = await attempt()
        if (verdict === undefined) throw new ConnectionLostError()
        if (verdict.kind === 'taken') share.taken()
        return verdict
      } catch (error) {
        // Another app may answer at this address the next time.
        introduced = undefined
        throw error
      } finally {
        if (introduced === undefined) options.claim?.release()
      }
    },
    async sayGoodbye(signal) {
      if (introduced === undefined || delivered === undefined || !terms?.takes.has('goodbye')) return
      const { unproven } = introduced
      const of = { challenge, probeId, epoch: epoch.id, seq: lastSeq, bodySha256: NO_BODY_SHA256 }
      const subject = { ...of, purpose: 'goodbye' } as const
      // What it answers changes nothing any more.
      await client.request({
        method: 'DELETE',
        path: REPORT_PATH,
        headers: proveReport(subject, probeKey, unproven ? undefined : clusterKey),
        signal,
      })
    },
    trust: () => introduced ?? { appKey: undefined, distrust: '', unproven: false },
    delivered: () => delivered,
    sent: () => sent,
    heldAtMs: () => held?.envelope.uptimeMs,
    leastGapMs: () => (terms?.limits.postsPerSecond === undefined ? 0 : 1000 / terms.limits.postsPerSecond),
    shrink: share.tooLarge,
  }
}
