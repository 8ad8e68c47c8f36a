import type { KeyObject } from 'node:crypto'
import { encodeReport } from '../../report/encoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { appHoldsClusterKey, proofHeaders, proveReport } from '../../report/proof.ts'
import { type Envelope, PROTOCOL, REPORT_CONTENT_TYPE, type Report } from '../../report/schema.ts'
import { judge, limitsFrom, shrunken, type Verdict } from './answer.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'

/** Makes a report of this moment; the moment itself goes into the envelope there. */
export type ReportMaker = (envelope: Omit<Envelope, 'uptimeMs'>) => Report

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

/** The dialogue with one app: numbers and proves reports, keeps to the app's limits. */
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

  const makeReport = (of: ReportLimits, number: number): Report => {
    if (maker?.of !== of || maker.share !== share)
      maker = { of, share, make: options.makerFor(share === 1 ? of : shrunken(of, share)) }
    return maker.make({ protocol: PROTOCOL, probeId, epoch, seq: number, base: null, intervalMs })
  }

  const post = async (
    number: number,
    body: Uint8Array,
  ): Promise<Receipt & { readonly answer: HttpAnswer }> => {
    const subject = { challenge, probeId, epoch, seq: number, body }
    const headers = {
      'content-type': REPORT_CONTENT_TYPE,
      'content-encoding': 'gzip',
      ...proveReport(subject, probeKey, clusterKey),
    }
    const answer = await client.request('POST', '/api/report', headers, body)
    const proof = answer.header(proofHeaders.appProof)
    return {
      answer,
      verdict: judge(answer, answer.header(proofHeaders.challenge)),
      trusted: proof !== undefined && appHoldsClusterKey(subject, clusterKey, proof),
    }
  }

  const deliver = async (): Promise<Receipt> => {
    // whoever comes from afar may not ask without the secret; the usual limits hold then
    limits ??= limitsFrom(await client.request('GET', '/api'))
    const number = ++seq
    const body = await encodeReport(makeReport(limits, number))
    if (body.length > limits.bodyBytes) {
      const reason = `a report of ${body.length} bytes is over the limit of ${limits.bodyBytes}`
      return { verdict: { kind: 'too_large', reason }, trusted: false }
    }
    const first = await post(number, body)
    if (first.verdict.kind !== 'challenge') return first
    // another app than before, with limits of its own
    limits = undefined
    challenge = first.verdict.challenge
    return post(number, body)
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
