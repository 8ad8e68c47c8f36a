import { makeDelta } from '../../report/delta/make-delta.ts'
import { type EncodedMessage, encodeMessage } from '../../report/encoding/encoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { hashBody, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { PROTOCOL, REPORT_CONTENT_TYPE, REPORT_PATH, type Report } from '../../report/schema.ts'
import { judge, limitsFrom, shrunken, type Verdict } from './answer.ts'
import { ConnectionLostError } from './http-client.ts'
import { type Introduced, type IntroductionOptions, introduce } from './introduction.ts'

/**
 * Makes a report of this moment; the moment itself goes into the envelope there.
 *
 * @param samplesSinceMs samples of metrics are wanted from this moment of the probe's clock on; all there are without it
 */
export type ReportMaker = (envelope: Omit<Report['envelope'], 'uptimeMs'>, samplesSinceMs?: number) => Report

export interface DeliveryOptions extends IntroductionOptions {
  readonly intervalMs: number
  /** Gives what makes reports within an app's limits; asked again only when the limits are others. */
  readonly makerFor: (limits: ReportLimits) => ReportMaker
}

/**
 * The dialogue with one app: has it prove itself on each connection, numbers and proves reports, keeps to the app's limits,
 * and sends what changed since the last report that the app took. Whenever it is not sure what the app holds it sends a whole
 * one.
 */
export interface Delivery {
  /**
   * Makes a report and sends it.
   *
   * @returns how it was received, or why none was sent
   * @throws Error when there was no answer, or no report could be made
   */
  deliver(): Promise<Verdict>
  /**
   * Sends less from now on, until it grows again with reports that are taken.
   *
   * @returns false when it cannot be less
   */
  shrink(): boolean
}

/** A report that could not be made; the fault is the probe's own, not the app's. */
export class UnmadeReportError extends Error {
  override readonly name = 'UnmadeReportError'
}

const SMALLEST_SHARE = 1 / 1024
const GROWTH = 1.05
/** Another app than before, a whole report, a new epoch: each once at most. */
const MAX_ATTEMPTS = 4

export const createDelivery = (options: DeliveryOptions): Delivery => {
  const { client, probeId, epoch, intervalMs, probeKey, clusterKey } = options
  let seq = 0
  let introduced: Introduced | undefined
  let challenge = ''
  /** Undefined: to be asked for. */
  let limits: ReportLimits | undefined
  let share = 1
  let maker: { readonly of: ReportLimits; readonly share: number; readonly make: ReportMaker } | undefined
  /** The newest report that the app took; undefined when that is not known. */
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
    const { challenge, connection } = to
    const own = { probeId, epoch: epoch.id, seq: number }
    const subject = { challenge, ...own, bodySha256: hashBody(body) }
    const headers = {
      'content-type': REPORT_CONTENT_TYPE,
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...proveReport(subject, probeKey, clusterKey),
    }
    const request = { method: 'POST', path: REPORT_PATH, headers, body, over: connection } as const
    const answer = await client.request(request)
    return judge(answer, answer.header(proofHeaders.challenge))
  }

  const report = async (to: Introduced): Promise<Verdict> => {
    // whoever comes from afar may not ask without the secret; the usual limits hold then
    limits ??= limitsFrom(await client.request({ method: 'GET', path: '/api', over: to.connection }))
    const made = makeReport(limits)
    const base = held
    // until the answer is there nobody knows what the app holds
    held = undefined
    const message = await encodeMessage(base === undefined ? made : makeDelta(base, made))
    const { length } = message.body
    if (length > limits.bodyBytes) {
      const reason = `a report of ${length} bytes is over the limit of ${limits.bodyBytes}`
      return { kind: 'too_large', reason }
    }
    const verdict = await post(to, made.envelope.seq, message)
    // its metrics are not needed again, and would grow old with it
    if (verdict.kind === 'taken') held = { ...made, metrics: [] }
    return verdict
  }

  /** @returns undefined when the connection to the app is another than before */
  const attempt = async (): Promise<Verdict | undefined> => {
    if (introduced === undefined) {
      const result = await introduce(options, challenge)
      if ('kind' in result) return result
      // another app than before, with limits of its own
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

  /** Whether another attempt may fare better at once. */
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
        // who has replaced it is gone, or the app would have said so
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
        // the next that answers there may be another app
        introduced = undefined
        options.claim?.(undefined)
        throw error
      }
    },
    shrink() {
      if (share <= SMALLEST_SHARE) return false
      share /= 2
      return true
    },
  }
}
