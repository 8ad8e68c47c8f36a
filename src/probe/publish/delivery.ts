import type { KeyObject } from 'node:crypto'
import { type EncodedMessage, encodeMessage } from '../../report/encoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { makeDelta } from '../../report/make-delta.ts'
import { appHoldsClusterKey, hashBody, proofHeaders, proveReport } from '../../report/proof.ts'
import { PROTOCOL, REPORT_CONTENT_TYPE, type Report } from '../../report/schema.ts'
import { judge, limitsFrom, shrunken, type Verdict } from './answer.ts'
import type { HttpClient } from './http-client.ts'

/**
 * Makes a report of this moment; the moment itself goes into the envelope there.
 *
 * @param samplesSinceMs samples of metrics are wanted from this moment of the probe's clock on; all there are without it
 */
export type ReportMaker = (envelope: Omit<Report['envelope'], 'uptimeMs'>, samplesSinceMs?: number) => Report

export interface DeliveryOptions {
  readonly client: HttpClient
  readonly probeId: string
  readonly epoch: string
  readonly intervalMs: number
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
  /** Gives what makes reports within an app's limits; asked again only when the limits are others. */
  readonly makerFor: (limits: ReportLimits) => ReportMaker
}

/** How a report was received. */
export interface Receipt {
  readonly verdict: Verdict
  /** The app proved that it holds the cluster key. */
  readonly trusted: boolean
}

/**
 * The dialogue with one app: numbers and proves reports, keeps to the app's limits, and sends what changed since the last
 * report that the app took. Whenever it is not sure what the app holds it sends a whole one.
 */
export interface Delivery {
  /**
   * Makes a report and sends it.
   *
   * @throws Error when there was no answer
   */
  deliver(): Promise<Receipt>
  /**
   * Sends less from now on, until it grows again with reports that are taken.
   *
   * @returns false when it cannot be less
   */
  shrink(): boolean
}

const SMALLEST_SHARE = 1 / 1024
const GROWTH = 1.05

export const createDelivery = (options: DeliveryOptions): Delivery => {
  const { client, probeId, epoch, intervalMs, probeKey, clusterKey } = options
  let seq = 0
  let challenge = ''
  /** Undefined: to be asked for. */
  let limits: ReportLimits | undefined
  let share = 1
  let maker: { readonly of: ReportLimits; readonly share: number; readonly make: ReportMaker } | undefined
  /** The newest report that the app took; undefined when that is not known. */
  let held: Report | undefined

  const makeReport = (of: ReportLimits, number: number): Report => {
    if (maker?.of !== of || maker.share !== share) {
      maker = { of, share, make: options.makerFor(share === 1 ? of : shrunken(of, share)) }
      held = undefined
    }
    const envelope = { protocol: PROTOCOL, probeId, epoch, seq: number, base: null, intervalMs } as const
    return maker.make(envelope, held?.envelope.uptimeMs)
  }

  const post = async (number: number, { body, gzip }: EncodedMessage): Promise<Receipt> => {
    const subject = { challenge, probeId, epoch, seq: number, bodySha256: hashBody(body) }
    const headers = {
      'content-type': REPORT_CONTENT_TYPE,
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...proveReport(subject, probeKey, clusterKey),
    }
    const answer = await client.request('POST', '/api/report', headers, body)
    const proof = answer.header(proofHeaders.appProof)
    return {
      verdict: judge(answer, answer.header(proofHeaders.challenge)),
      trusted: proof !== undefined && appHoldsClusterKey(subject, clusterKey, proof),
    }
  }

  const attempt = async (number: number): Promise<Receipt> => {
    // whoever comes from afar may not ask without the secret; the usual limits hold then
    limits ??= limitsFrom(await client.request('GET', '/api'))
    const report = makeReport(limits, number)
    const base = held
    // until the answer is there nobody knows what the app holds
    held = undefined
    const message = await encodeMessage(base === undefined ? report : makeDelta(base, report))
    const { length } = message.body
    if (length > limits.bodyBytes) {
      const reason = `a report of ${length} bytes is over the limit of ${limits.bodyBytes}`
      return { verdict: { kind: 'too_large', reason }, trusted: false }
    }
    const receipt = await post(number, message)
    const { verdict } = receipt
    // its metrics are not needed again, and would grow old with it
    if (verdict.kind === 'taken') held = { ...report, metrics: [] }
    if (verdict.kind === 'challenge') {
      // another app than before, with limits of its own; the first is the one that has just told them
      if (challenge !== '') limits = undefined
      challenge = verdict.challenge
    }
    return receipt
  }

  const deliver = async (): Promise<Receipt> => {
    const number = ++seq
    const receipt = await attempt(number)
    const { kind } = receipt.verdict
    return kind === 'challenge' || kind === 'need_full' ? attempt(number) : receipt
  }

  return {
    async deliver() {
      try {
        const receipt = await deliver()
        if (receipt.verdict.kind === 'taken') share = Math.min(1, share * GROWTH)
        return receipt
      } catch (error) {
        // the next that answers there may be another app
        limits = undefined
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
