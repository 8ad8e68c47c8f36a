import type { Context } from 'hono'
import type { Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import type { ReportMessage } from '../../report/delta/delta-schema.ts'
import { decodeMessage } from '../../report/encoding/decoding.ts'
import type { ContentCoding } from '../../report/encoding/encoding.ts'
import { Texts } from '../../report/encoding/reading/texts.ts'
import type { ReportLimits } from '../../report/limits.ts'
import { clockSkewOf, PROBE_TIME_HEADER } from '../../report/probe-time.ts'
import { type AppIdentity, proveApp, proveRefusal } from '../../report/proof/app-proof.ts'
import { type HashedProofSubject, hashBody, NO_BODY_SHA256, proofHeaders } from '../../report/proof/proof.ts'
import { ReportError } from '../../report/report-error.ts'
import { features, termsHeaders } from '../../report/terms.ts'
import { ApiError, errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/sending/json.ts'
import { addressKey } from '../listen/address-key.ts'
import type { ReportRefusal } from './admission.ts'
import { type BodyHeaders, checkBodyHeaders, expandBody, readBody } from './body.ts'
import type { Sender } from './held/latest-reports.ts'
import type { Entrance } from './intake/entrance.ts'
import { decodedAtOnce, type IntakeLimits } from './intake/intake-limits.ts'
import { checkOnlyOwn } from './only-own.ts'
import type { ReportProof } from './proof-check.ts'
import { RefusalLog } from './refusal-log.ts'
import { costOf, costOfRefused, type UnverifiedGate, wrongClusterKey } from './unverified/gate.ts'
import { unverifiedUploadLimits } from './unverified/limits.ts'
import { withoutControls } from './unverified/without-controls.ts'
import { type Upload, type UploadLimits, Uploads } from './uploads.ts'

/** What {@link receiveReports} needs. */
export interface ReceiverOptions {
  readonly enter: Entrance
  readonly identity: AppIdentity
  readonly limits: IntakeLimits
  /** Of one report of an unverified probe. */
  readonly unverifiedLimits: ReportLimits
  /** Counts what decoding the bodies of unverified probes costs; undefined while none may report. */
  readonly unverified: () => Pick<UnverifiedGate, 'spend'> | undefined
  readonly log: Logger
  /** A clock that does not jump. */
  readonly nowMs: () => number
  /** How long the next report may take if only numbers change; undefined while somebody looks. */
  readonly restMs: () => number | undefined
  /** What the clock of this machine shows: milliseconds since 1970. */
  readonly clockMs: () => number
  /** Takes a valid and proven report or delta; returns why it was refused, if it was. */
  readonly take: (message: ReportMessage, sender: Sender) => ReportRefusal | undefined
}

/** How the reports of one kind of probe are taken. */
interface Lane {
  readonly limits: ReportLimits
  readonly uploadLimits: UploadLimits
  readonly uploads: Uploads
  readonly turns: Turns
  /** What the messages of one kind of probe say again and again. */
  readonly texts: Texts
  readonly refusals: RefusalLog
}

const laneOf = (
  limits: ReportLimits,
  uploadLimits: UploadLimits,
  decodedAtOnce: number,
  refusals: RefusalLog,
): Lane => ({
  limits,
  uploadLimits,
  uploads: new Uploads(uploadLimits),
  turns: new Turns({
    atOnce: decodedAtOnce,
    mayWait: uploadLimits.bodies,
    refuse: () => new ApiError(503, 'busy', 'too many reports are being received at once; try again'),
  }),
  texts: new Texts(),
  refusals,
})

/**
 * Handler of `POST /api/report`. Each step is checked before the next one: the proof before the body is read, the
 * body's hash before it is decompressed, the bytes before they are decoded, and the values before they are used. A slow
 * upload does not block others, and unverified probes do not get in the way of verified ones.
 *
 * A proof of an empty body is answered with 204 and the app's own proofs only, so that a probe can check whom it is
 * about to send its report to. A probe with another cluster key is answered with 403 and a proof of the app's own key.
 */
export const receiveReports = (options: ReceiverOptions): ((c: Context<AppEnv>) => Promise<Response>) => {
  const { enter, identity, limits, unverifiedLimits, log, nowMs, take } = options
  const told = termsHeaders({ ...limits.report, postsPerSecond: limits.postsPerSecond })
  const lanes = {
    verified: laneOf(limits.report, limits.uploads, decodedAtOnce(limits), new RefusalLog(log, nowMs)),
    unverified: laneOf(
      unverifiedLimits,
      unverifiedUploadLimits,
      1,
      new RefusalLog(log, nowMs, { perSecond: 1 / 60, burst: 30 }),
    ),
  }

  /** Proves the app's own key to a probe that has another cluster key. */
  const refuseOther = (
    c: Context<AppEnv>,
    { subject, clusterProof }: Extract<ReportProof, { kind: 'other_key' }>,
  ): Response => {
    const refused = wrongClusterKey()
    if (subject.bodySha256 !== NO_BODY_SHA256 || identity.appKey === undefined) throw refused
    const body = {
      ...errorBody(refused.code, refused.message),
      unverified: { limits: unverifiedLimits, takes: features },
    }
    const headers = {
      ...proveRefusal(subject, clusterProof, identity.appKey),
      'content-type': 'application/json',
    }
    return c.body(JSON.stringify(body), 403, headers)
  }

  return async (c) => {
    const clockSkewMs = clockSkewOf(c.req.header(PROBE_TIME_HEADER), options.clockMs())
    const { proof, subject, address } = enter(c, 'report')
    if (proof.kind === 'other_key') return refuseOther(c, proof)
    // An empty body means that the probe first wants the app's proof.
    if (proof.kind === 'verified' && subject.bodySha256 === NO_BODY_SHA256)
      return c.body(null, 204, { ...proveApp(subject, identity), ...told })
    const { uploads, turns, uploadLimits, refusals, ...lane } = lanes[proof.kind]
    const upload = uploads.begin(address ?? addressKey(c.env.incoming.socket.remoteAddress))
    try {
      const encoded = await receiveBody(
        c,
        subject,
        { limits: lane.limits, stallMs: uploadLimits.stallMs },
        upload,
      )
      const { message, sizeBytes } = await turns.run(async () => {
        const body = await expandBody(encoded.body, encoded.coding, lane.limits)
        const spend = (cost: number): void => {
          if (address !== undefined) options.unverified()?.spend(address, cost)
        }
        spend(body.length)
        try {
          const message = decodeBody(body, subject, lane)
          spend(costOf(message))
          return { message, sizeBytes: body.length }
        } catch (error) {
          spend(costOfRefused(body.length))
          throw error
        }
      })
      const refusal =
        address === undefined
          ? take(message, { verified: true, clockSkewMs })
          : take(withoutControls(message), { verified: false, clockSkewMs, address, sizeBytes })
      if (refusal === undefined)
        return answerJson(c, JSON.stringify({ seq: message.envelope.seq, restMs: options.restMs() }))
      const { code, message: why, field } = refusal
      const body = errorBody(code, why, field)
      // Not an error worth logging: the probe sends a whole report at once.
      if (code === 'need_full') return answerJson(c, JSON.stringify({ ...body, need: 'full' }), 409)
      refusals.note(subject.probeId, code, why)
      return answerJson(c, JSON.stringify(body), statusOf(code))
    } catch (error) {
      if (error instanceof ReportError || error instanceof ApiError)
        refusals.note(subject.probeId, error.code, error.message, error.field)
      throw error
    } finally {
      upload.end()
    }
  }
}

/** What another time may be otherwise, without anything being done. */
const BUSY: ReadonlySet<string> = new Set(['too_many_probes', 'too_many_unverified', 'known_hosts_unusable'])

const statusOf = (code: ReportRefusal['code']): 409 | 413 | 503 => {
  if (code === 'too_much_in_all') return 413
  return BUSY.has(code) ? 503 : 409
}

interface EncodedBody {
  readonly body: Buffer
  readonly coding: ContentCoding | undefined
}

/** Reads the body and checks that it is the one that was proven. */
const receiveBody = async (
  c: Context<AppEnv>,
  subject: HashedProofSubject,
  { limits, stallMs }: { readonly limits: ReportLimits; readonly stallMs: number },
  { hold }: Upload,
): Promise<EncodedBody> => {
  const coding = checkBodyHeaders(bodyHeaders(c), limits)
  const body = await readBody(c.env.incoming, { limits, stallMs, hold })
  if (hashBody(body) !== subject.bodySha256)
    throw new ReportError('wrong_hash', `the body is not the one named in ${proofHeaders.bodySha256}`, {
      field: proofHeaders.bodySha256,
    })
  return { body, coding }
}

const decodeBody = (
  body: Buffer,
  subject: HashedProofSubject,
  { limits, texts }: Pick<Lane, 'limits' | 'texts'>,
): ReportMessage => {
  const message = decodeMessage(body, limits, texts)
  checkEnvelope(message, subject)
  checkOnlyOwn(message)
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
