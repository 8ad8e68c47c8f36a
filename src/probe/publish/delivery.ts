import { makeDelta } from '../../report/delta/make-delta.ts'
import { type EncodedMessage, encodeMessage } from '../../report/encoding/encoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { hashBody, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { PROTOCOL, REPORT_CONTENT_TYPE, REPORT_PATH, type Report } from '../../report/schema.ts'
import { judge, limitsFrom, shrunken, type Verdict } from './answer.ts'
import { ConnectionLostError } from './http-client.ts'
import { type Introduced, type IntroductionOptions, introduce } from './introduction.ts'

/**
 * Makes a report of the current state, and adds its time to the envelope.
 *
 * @param samplesSinceMs include only samples of metrics from this time of the probe's clock on; omitted = all
 */
export type ReportMaker = (envelope: Omit<Report['envelope'], 'uptimeMs'>, samplesSinceMs?: number) => Report

export interface DeliveryOptions extends IntroductionOptions {
  readonly intervalMs: number
  /** Returns a maker of reports within an app's limits; called again only when the limits change. */
  readonly makerFor: (limits: ReportLimits) => ReportMaker
}

/**
 * Delivers reports to one app. Has the app prove itself on each connection, numbers and signs reports, keeps to the
 * app's limits, and sends only what changed since the last report that the app accepted. When it is not certain what
 * the app has, it sends a full report.
 */
export interface Delivery {
  /**
   * Makes a report and sends it.
   *
   * @returns how the app received it, or why it was not sent
   * @throws Error when there was no answer, or when no report could be made ({@link UnmadeReportError})
   */
  deliver(): Promise<Verdict>
  /**
   * Makes reports smaller from now on. They grow again slowly while reports are accepted.
   *
   * @returns false when they cannot be made smaller
   */
  shrink(): boolean
  /** What the app that took the last report has proved about its own key. */
  trust(): Pick<Introduced, 'appKey' | 'distrust' | 'unproven'>
}

/** Thrown when a report could not be made: an error of the probe, not of the app. */
export class UnmadeReportError extends Error {
  override readonly name = 'UnmadeReportError'
}

const SMALLEST_SHARE = 1 / 1024
const GROWTH = 1.05
/**
 * Attempts to deliver one report: reasons to repeat it are another app than before, the need for a full report, and a
 * new epoch, each once at most.
 */
const MAX_ATTEMPTS = 4

export const createDelivery = (options: DeliveryOptions): Delivery => {
  const { client, probeId, epoch, intervalMs, probeKey, clusterKey } = options
  let seq = 0
  let introduced: Introduced | undefined
  let challenge = ''
  /** Undefined: not requested yet. */
  let limits: ReportLimits | undefined
  let share = 1
  let maker: { readonly of: ReportLimits; readonly share: number; readonly make: ReportMaker } | undefined
  /**
   * The last report that the app accepted, without its metrics: the base of the next delta. Undefined when it is not
   * known what the app has.
   */
  let held: Report | undefined

  const makeReport = (of: ReportLimits): Report => {
    try {
      if (maker?.of !== of || maker.share !== share) {
        maker = { of, share, make: options.makerFor(share === 1 ? of : shrunken(of, share)) }
        held = undefined
      }
      const own = { probeId, epoch: epoch.id, seq: ++seq }
      return maker.make({ protocol: PROTOCOL, ...own, base: null, intervalMs }, held?.envelope.uptimeMs)
    } catch (cause) {
      throw new UnmadeReportError('no report could be made', { cause })
    }
  }

  const post = async (to: Introduced, number: number, { body, gzip }: EncodedMessage): Promise<Verdict> => {
    const { challenge, connection, unproven } = to
    const own = { probeId, epoch: epoch.id, seq: number }
    const purpose = unproven ? 'unverified' : 'report'
    const subject = { purpose, challenge, ...own, bodySha256: hashBody(body) } as const
    const headers = {
      'content-type': REPORT_CONTENT_TYPE,
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...proveReport(subject, probeKey, unproven ? undefined : clusterKey),
    }
    const request = { method: 'POST', path: REPORT_PATH, headers, body, over: connection } as const
    const answer = await client.request(request)
    return judge(answer, answer.header(proofHeaders.challenge))
  }

  const report = async (to: Introduced): Promise<Verdict> => {
    // A remote probe may not be allowed to read the limits without the secret; the defaults then apply.
    limits ??=
      to.limits ?? limitsFrom(await client.request({ method: 'GET', path: '/api', over: to.connection }))
    const made = makeReport(limits)
    const base = held
    // It is not known what the app has until it has answered.
    held = undefined
    const message = await encodeMessage(base === undefined ? made : makeDelta(base, made))
    const { length } = message.body
    if (length > limits.bodyBytes) {
      const reason = `a report of ${length} bytes is over the limit of ${limits.bodyBytes}`
      return { kind: 'too_large', reason }
    }
    const verdict = await post(to, made.envelope.seq, message)
    // A delta needs no old metrics, and keeping them would cost memory.
    if (verdict.kind === 'taken') held = { ...made, metrics: [] }
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
      const result = await introduce(options, challenge)
      if ('kind' in result) return result
      // Another app may have other limits.
      if (result.challenge !== challenge) limits = undefined
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
        if (verdict.kind === 'taken') share = Math.min(1, share * GROWTH)
        return verdict
      } catch (error) {
        // Another app may answer at this address the next time.
        introduced = undefined
        throw error
      } finally {
        if (introduced === undefined) options.claim?.release()
      }
    },
    trust: () => introduced ?? { appKey: undefined, distrust: '', unproven: false },
    shrink() {
      if (share <= SMALLEST_SHARE) return false
      share /= 2
      return true
    },
  }
}
