import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AskedControl, FoundOffer, MissingPart } from '../../topology/controls/find-offer.ts'
import type { ChannelError } from '../channel/channel-error.ts'
import { ApiError } from '../http/api-error.ts'
import { targetOf } from './target.ts'

/** The statuses of what can go wrong on the way to a probe and there, by code. All else failed at the probe, which is 502. */
const statuses: ReadonlyMap<string, ContentfulStatusCode> = new Map([
  ['invalid_params', 400],
  ['not_allowed', 403],
  ['unknown_node', 404],
  ['unknown_control', 404],
  ['not_offered', 409],
  ['conflict', 409],
  ['stale', 409],
  ['too_large', 413],
  ['busy', 503],
  ['no_channel', 503],
  ['timeout', 504],
])

/** Codes by which the app says who may do what. From a probe they mean nothing, and would have a page ask for a password. */
const rights: ReadonlySet<string> = new Set([
  'unauthorized',
  'sign_in',
  'forbidden',
  'read_only',
  'no_controls',
  'insecure',
])

/** How it is answered that a probe did not do what it was asked. */
export const answerOfChannelError = (error: ChannelError): ApiError => {
  const code = rights.has(error.code) ? 'bad_answer' : error.code
  return new ApiError(statuses.get(code) ?? 502, code, error.message, { cause: error })
}

/** How it is answered that there is no such control. */
export const answerOfMissing = (missing: MissingPart, asked: AskedControl): ApiError => {
  const [probeId, nodeId, control] = [asked.probeId, asked.nodeId, asked.control].map((id) =>
    id.slice(0, 200),
  )
  switch (missing) {
    case 'probe':
      return new ApiError(404, 'unknown_probe', `no probe ${probeId} reports to this app at the moment`)
    case 'node':
      return new ApiError(404, 'unknown_node', `the probe does not report ${nodeId}; it may be gone`)
    case 'control':
      return new ApiError(404, 'unknown_control', `the probe has no control ${control}, or does not allow it`)
  }
}

/** How it is answered that a node does not offer a control now. */
export const answerOfNotOffered = ({ control, node }: FoundOffer): ApiError =>
  new ApiError(
    409,
    'not_offered',
    `${control.label} is not possible now: ${targetOf(node).label} does not offer it in the state that it is in`,
  )
