import { createRoute, z } from '@hono/zod-openapi'
import { CHANNEL_PATH } from '../../report/channel.ts'
import { proofHeaders } from '../../report/proof/proof-headers.ts'
import { REPORT_CONTENT_TYPE, REPORT_PATH } from '../../report/schema.ts'
import { probeSummarySchema } from '../app.ts'
import {
  rawReportsSchema,
  reportConflictSchema,
  reportMessageSchema,
  reportTakenSchema,
} from '../raw-reports.ts'
import { answers, needs, nothing, socket } from './entry/operation.ts'
import { hiding, noParameters, timestamp } from './entry/parameters.ts'

export const probes = createRoute({
  ...needs('probe:read'),
  method: 'get',
  path: '/api/probes',
  summary: 'The probes, and how each collector runs',
  request: {
    query: z.object({
      sparse: z.string().optional().describe('Whatever its value: only whether there is any probe.'),
    }),
  },
  responses: answers(
    'The probes, or with `sparse` whether there are any.',
    z.union([z.array(probeSummarySchema).readonly(), z.boolean()]),
  ),
})

export const rawReports = createRoute({
  ...needs('report:read'),
  method: 'get',
  path: REPORT_PATH,
  summary: 'All reports that are held',
  request: { query: z.object({ ...hiding, timestamp }) },
  responses: answers('The reports.', rawReportsSchema, { 503: 'Too many read them at once.' }),
})

type AnswerHeader = 'appProof' | 'appKey' | 'appSignature'

const headerWords: Readonly<Record<Exclude<keyof typeof proofHeaders, AnswerHeader | 'exchange'>, string>> = {
  probeId: 'Probe id, 16 hex digits.',
  epoch: 'Random per start of the probe, 16 hex digits.',
  seq: 'Counts the reports of one epoch from 1.',
  publicKey: 'Raw Ed25519 public key, base64url.',
  signature: 'Ed25519 signature, base64url.',
  clusterProof: 'HMAC-SHA256 under the cluster key, base64url. Absent in reports of unverified probes.',
  bodySha256: 'SHA-256 of the body as sent, lower-case hex.',
  challenge: "The app's challenge, from its 401 answer.",
}

const exchangeWords =
  'A fresh X25519 public key, base64url: probe and app agree on the keys of this channel with it.'

// Described, and not a schema: the proof is checked as one, and its errors are part of a dialogue.
const headerParameter = (key: keyof typeof proofHeaders, description: string) => ({
  name: proofHeaders[key],
  in: 'header' as const,
  required: key !== 'clusterProof',
  description,
  schema: { type: 'string' as const },
})

const proofParameters = Object.entries(headerWords).map(([key, description]) =>
  headerParameter(key as keyof typeof headerWords, description),
)

export const receiveReport = createRoute({
  ...needs('report:write'),
  method: 'post',
  path: REPORT_PATH,
  operationId: 'postReport',
  summary: 'For probes: the report of a host',
  description:
    'The body is MessagePack of what its schema describes, optionally with `Content-Encoding: gzip` or `zstd`. The headers prove who ' +
    'the probe is and, unless its host is to be shown as unverified, that it holds the cluster key. An empty body asks the app to prove the same: the answer 204 has ' +
    '`Scope-App-Proof` (HMAC-SHA256 under the cluster key), `Scope-App-Key` (the raw Ed25519 public key of the app) and ' +
    '`Scope-App-Signature`.',
  security: [],
  parameters: proofParameters,
  request: {
    query: noParameters,
    body: { required: true, content: { [REPORT_CONTENT_TYPE]: { schema: reportMessageSchema } } },
  },
  responses: {
    ...answers('The report was taken.', reportTakenSchema, {
      400: 'The report, or a header, is not valid; `field` names what.',
      401: "The proof does not answer the app's challenge, which the answer carries: prove it again.",
      403: 'The proof is wrong.',
      413: 'The report is larger than the limits that `GET /api` tells.',
      415: 'The body is of another type.',
      429: 'The probe posts too often.',
      503: 'Too many reports are being received at once.',
    }),
    204: {
      description:
        'The body was empty: the app has proven that it holds the cluster key and its own, and took nothing.',
    },
    409: {
      description: 'The report does not follow those before.',
      content: { 'application/json': { schema: reportConflictSchema } },
    },
  },
})

export const receiveGoodbye = createRoute({
  ...needs('report:write'),
  method: 'delete',
  path: REPORT_PATH,
  operationId: 'deleteReport',
  summary: 'For probes: the probe stops, and what it watches leaves the map at once',
  description:
    'Without a body. The headers prove it as they do for a report; the number is that of the last report that was made.',
  security: [],
  parameters: proofParameters,
  request: { query: noParameters },
  responses: nothing('The report is gone.', {
    400: 'A header is not valid; `field` names what.',
    401: "The proof does not answer the app's challenge.",
    403: 'The proof is wrong.',
    409: 'Nothing of this start of the probe is held, or a later report is.',
    429: 'The probe posts too often.',
  }),
})

export const probeChannel = createRoute({
  ...needs('channel:open'),
  method: 'get',
  path: CHANNEL_PATH,
  summary: 'For probes: the channel on which the app gives them orders, signed and sealed',
  security: [],
  parameters: [...proofParameters, headerParameter('exchange', exchangeWords)],
  request: { query: noParameters },
  ...socket(z.unknown(), { 409: 'No report of this start of the probe is held.' }),
})
