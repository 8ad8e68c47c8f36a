import { timingSafeEqual } from 'node:crypto'
import {
  type HashedProofSubject,
  hashBody,
  holdsClusterKey,
  isSignedByProbe,
  type ProofSubject,
  proofHeaders,
} from '../../report/proof/proof.ts'
import { ApiError } from '../http/api-error.ts'

type HeaderReader = (name: string) => string | undefined

const FORMS = {
  probeId: /^[0-9a-f]{16}$/,
  epoch: /^[0-9a-f]{16}$/,
  seq: /^[1-9]\d{0,15}$/,
  bodySha256: /^[0-9a-f]{64}$/,
  publicKey: /^[\w-]{43}$/,
  signature: /^[\w-]{86}$/,
  clusterProof: /^[\w-]{43}$/,
  exchange: /^[\w-]{43}$/,
} as const

/**
 * Checks a proof from the headers alone: the request comes from the probe it names, and that probe holds the cluster
 * key.
 *
 * @param challenge this app's own, random per start
 * @param purpose what the request is
 * @returns what was proven, including the hash of the body
 * @throws {ApiError} 401 with the challenge when the proof is not for it, 400 for a malformed header, 403 for a wrong
 * proof
 */
export const checkProof = (
  header: HeaderReader,
  challenge: string,
  clusterKey: Uint8Array,
  purpose: NonNullable<ProofSubject['purpose']> = 'report',
): HashedProofSubject => {
  if (!sameText(header(proofHeaders.challenge) ?? '', challenge))
    throw new ApiError(401, 'challenge', "the report does not answer this app's challenge; prove it again", {
      headers: { [proofHeaders.challenge]: challenge, 'www-authenticate': 'Scope-Proof' },
    })
  const read = (name: keyof typeof FORMS): string => readHeader(header, name)
  const subject: HashedProofSubject = {
    purpose,
    challenge,
    probeId: read('probeId'),
    epoch: read('epoch'),
    seq: Number(read('seq')),
    bodySha256: read('bodySha256'),
  }
  if (!holdsClusterKey(subject, clusterKey, read('clusterProof')))
    throw new ApiError(
      403,
      'wrong_cluster_key',
      "the probe does not hold this app's cluster key; give both the same state directory",
    )
  if (!isSignedByProbe(subject, read('publicKey'), read('signature')))
    throw new ApiError(403, 'bad_signature', 'the report is not signed by the key of the probe it names')
  return subject
}

/**
 * Checks the proof of a probe that opens a channel, see {@link checkProof}.
 *
 * @returns what was proven, and the probe's exchange key, which the proof covers
 * @throws {ApiError} as {@link checkProof} does
 */
export const checkChannelProof = (
  header: HeaderReader,
  challenge: string,
  clusterKey: Uint8Array,
): { readonly subject: HashedProofSubject; readonly exchange: string } => {
  const subject = checkProof(header, challenge, clusterKey, 'channel')
  const exchange = readHeader(header, 'exchange')
  if (subject.bodySha256 !== hashBody(Buffer.from(exchange)))
    throw new ApiError(400, 'invalid_header', 'the proof of a channel is about another exchange key', {
      field: proofHeaders.bodySha256,
    })
  return { subject, exchange }
}

const readHeader = (header: HeaderReader, name: keyof typeof FORMS): string => {
  const value = header(proofHeaders[name])
  if (value !== undefined && FORMS[name].test(value)) return value
  throw new ApiError(400, 'invalid_header', `the header ${proofHeaders[name]} is missing or malformed`, {
    field: proofHeaders[name],
  })
}

const sameText = (given: string, expected: string): boolean => {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
