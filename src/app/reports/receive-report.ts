import type { Context } from 'hono'
import type { Logger } from '../../log/log.ts'
import { decodeMessage } from '../../report/decoding.ts'
import type { ReportMessage } from '../../report/delta-schema.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { type HashedProofSubject, hashBody, proofHeaders, proveApp } from '../../report/proof.ts'
import { ReportError } from '../../report/report-error.ts'
import { ApiError, errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/json.ts'
import type { ReportRefusal } from './admission.ts'
import { type BodyHeaders, checkBodyHeaders, gunzipBody, readBody } from './body.ts'
import { checkProof } from './proof-check.ts'
import { RefusalLog } from './refusal-log.ts'
import { Slots } from './slots.ts'

/** What {@link receiveReports} needs. */
export interface ReceiverOptions {
  /** What probes have to prove themselves about; random per start of the app. */
  readonly challenge: string
  readonly clusterKey: Uint8Array
  readonly limits: ReportLimits
  readonly log: Logger
  readonly nowMs: () => number
  /** Takes a report that is valid and proven, whole or as what changed. */
  readonly take: (message: ReportMessage, verified: boolean) => ReportRefusal | undefined
}

const CONCURRENT_BODIES = 8
/** Reports of that many more probes come at once now and then; what waits has proven itself, and its body is not read yet. */
const WAITING_BODIES = 256

const NO_BODY_SHA256 = hashBody(new Uint8Array())

/**
 * `POST /api/report`: the proof is checked before a byte of the body is read, the body's hash before it is decompressed,
 * its bytes before they are decoded, its values before they are believed. A proof about an empty
 * body is answered by the app's own, and nothing else.
 */
export const receiveReports = (options: ReceiverOptions): ((c: Context<AppEnv>) => Promise<Response>) => {
  const { challenge, clusterKey, limits, log, nowMs, take } = options
  const slots = new Slots(CONCURRENT_BODIES, WAITING_BODIES)
  const refusals = new RefusalLog(log, nowMs)

  return async (c) => {
    const subject = checkProof((name) => c.req.header(name), challenge, clusterKey)
    c.header(proofHeaders.appProof, proveApp(subject, clusterKey))
    c.header('cache-control', 'no-store')
    // a probe that wants this app's proof before it tells anything
    if (subject.bodySha256 === NO_BODY_SHA256) return c.body(null, 204)
    try {
      const report = await slots.run(() => readMessage(c, subject, limits))
      const refusal = take(report, true)
      if (refusal === undefined) return answerJson(c, JSON.stringify({ seq: report.envelope.seq }))
      const { code, message, field } = refusal
      const body = errorBody(code, message, field)
      // Part of the dialogue, and no fault: it is answered by a whole report at once.
      if (code === 'need_full') return answerJson(c, JSON.stringify({ ...body, need: 'full' }), 409)
      refusals.note(subject.probeId, code, message)
      return answerJson(c, JSON.stringify(body), 409)
    } catch (error) {
      if (error instanceof ReportError || error instanceof ApiError)
        refusals.note(subject.probeId, error.code, error.message, error.field)
      throw error
    }
  }
}

const readMessage = async (
  c: Context<AppEnv>,
  subject: HashedProofSubject,
  limits: ReportLimits,
): Promise<ReportMessage> => {
  const { gzip } = checkBodyHeaders(bodyHeaders(c), limits)
  const body = await readBody(c.env.incoming, limits)
  if (hashBody(body) !== subject.bodySha256)
    throw new ReportError('wrong_hash', `the body is not the one named in ${proofHeaders.bodySha256}`, {
      field: proofHeaders.bodySha256,
    })
  const message = decodeMessage(gzip ? await gunzipBody(body, limits) : body, limits)
  checkEnvelope(message, subject)
  return message
}

const bodyHeaders = (c: Context<AppEnv>): BodyHeaders => ({
  contentType: c.req.header('content-type'),
  contentEncoding: c.req.header('content-encoding'),
  contentLength: c.req.header('content-length'),
})

const checkEnvelope = ({ envelope }: ReportMessage, proven: HashedProofSubject): void => {
  for (const name of ['probeId', 'epoch', 'seq'] as const) {
    if (envelope[name] !== proven[name])
      throw new ReportError(
        'wrong_envelope',
        `the envelope says ${envelope[name]}, the proof ${proven[name]}`,
        {
          field: `envelope.${name}`,
        },
      )
  }
}
