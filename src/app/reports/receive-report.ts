import type { Context } from 'hono'
import type { Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import type { ReportMessage } from '../../report/delta/delta-schema.ts'
import { decodeMessage } from '../../report/encoding/decoding.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { type AppIdentity, proveApp } from '../../report/proof/app-proof.ts'
import { type HashedProofSubject, hashBody, proofHeaders } from '../../report/proof/proof.ts'
import { ReportError } from '../../report/report-error.ts'
import { ApiError, errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/sending/json.ts'
import { addressKey } from '../listen/address-key.ts'
import type { ReportRefusal } from './admission.ts'
import { type BodyHeaders, checkBodyHeaders, gunzipBody, readBody } from './body.ts'
import { checkProof } from './proof-check.ts'
import { RefusalLog } from './refusal-log.ts'
import { type Upload, type UploadLimits, Uploads } from './uploads.ts'

/** What {@link receiveReports} needs. */
export interface ReceiverOptions {
  /** The challenge that proofs must cover; random per start of the app. */
  readonly challenge: string
  readonly identity: AppIdentity
  readonly limits: ReportLimits
  readonly uploads: UploadLimits
  readonly log: Logger
  readonly nowMs: () => number
  /** Takes a valid and proven report or delta; returns why it was refused, if it was. */
  readonly take: (message: ReportMessage, verified: boolean) => ReportRefusal | undefined
}

/** Bodies decoded at the same time: each may expand to eight times its size. */
const DECODED_AT_ONCE = 4
const NO_BODY_SHA256 = hashBody(new Uint8Array())

/**
 * Handler of `POST /api/report`. Each step is checked before the next one: the proof before the body is read, the
 * body's hash before it is decompressed, the bytes before they are decoded, and the values before they are used. A slow
 * upload does not block others.
 *
 * A proof of an empty body is answered with 204 and the app's own proofs only, so that a probe can check whom it is
 * about to send its report to.
 */
export const receiveReports = (options: ReceiverOptions): ((c: Context<AppEnv>) => Promise<Response>) => {
  const { challenge, identity, limits, log, nowMs, take } = options
  const uploads = new Uploads(options.uploads)
  const turns = new Turns({
    atOnce: DECODED_AT_ONCE,
    mayWait: options.uploads.bodies,
    refuse: () => new ApiError(503, 'busy', 'too many reports are being received at once; try again'),
  })
  const refusals = new RefusalLog(log, nowMs)

  return async (c) => {
    const subject = checkProof((name) => c.req.header(name), challenge, identity.clusterKey)
    c.header('cache-control', 'no-store')
    // An empty body means that the probe first wants the app's proof.
    if (subject.bodySha256 === NO_BODY_SHA256) return c.body(null, 204, proveApp(subject, identity))
    const upload = uploads.begin(addressKey(c.env.incoming.socket.remoteAddress))
    try {
      const encoded = await receiveBody(c, subject, options, upload)
      const report = await turns.run(() => decodeBody(encoded, subject, limits))
      const refusal = take(report, true)
      if (refusal === undefined) return answerJson(c, JSON.stringify({ seq: report.envelope.seq }))
      const { code, message, field } = refusal
      const body = errorBody(code, message, field)
      // Not an error worth logging: the probe sends a whole report at once.
      if (code === 'need_full') return answerJson(c, JSON.stringify({ ...body, need: 'full' }), 409)
      refusals.note(subject.probeId, code, message)
      return answerJson(c, JSON.stringify(body), code === 'too_many_probes' ? 503 : 409)
    } catch (error) {
      if (error instanceof ReportError || error instanceof ApiError)
        refusals.note(subject.probeId, error.code, error.message, error.field)
      throw error
    } finally {
      upload.end()
    }
  }
}

interface EncodedBody {
  readonly body: Buffer
  readonly gzip: boolean
}

/** Reads the body and checks that it is the one that was proven. */
const receiveBody = async (
  c: Context<AppEnv>,
  subject: HashedProofSubject,
  { limits, uploads: { stallMs } }: ReceiverOptions,
  { hold }: Upload,
): Promise<EncodedBody> => {
  const { gzip } = checkBodyHeaders(bodyHeaders(c), limits)
  const body = await readBody(c.env.incoming, { limits, stallMs, hold })
  if (hashBody(body) !== subject.bodySha256)
    throw new ReportError('wrong_hash', `the body is not the one named in ${proofHeaders.bodySha256}`, {
      field: proofHeaders.bodySha256,
    })
  return { body, gzip }
}

const decodeBody = async (
  { body, gzip }: EncodedBody,
  subject: HashedProofSubject,
  limits: ReportLimits,
): Promise<ReportMessage> => {
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
