import { timingSafeEqual } from 'node:crypto'
import type { publicKeyFrom } from '../../report/proof/ed25519.ts'
import {
  type HashedProofSubject,
  hashBody,
  holdsClusterKey,
  isSignedByProbe,
  type ProofSubject,
  proofHeaders,
} from '../../report/proof/proof.ts'
import { ApiError } from '../http/api-error.ts'
import { wrongClusterKey } from './unverified/gate.ts'

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

/** What the headers of a report prove: the probe that sends it, and whether it holds the cluster key. */
export type ReportProof =
  | { readonly kind: 'verified'; readonly subject: HashedProofSubject }
  /** The probe knows that the app holds another cluster key, and sends its report without a proof of one. */
  | { readonly kind: 'unverified'; readonly subject: HashedProofSubject }
  /** The probe shows the proof of another cluster key than the app's. */
  | { readonly kind: 'other_key'; readonly subject: HashedProofSubject; readonly clusterProof: string }

/**
 * Reads what the headers of a report say that they prove, and checks of it what is cheap to check: the challenge, and the
 * cluster key. The probe's signature is checked by {@link checkSignature}.
 *
 * @param challenge this app's own, random per start
 * @throws {ApiError} 401 with the challenge when the proof is not for it, 400 for a malformed header
 */
export const readReportProof = (
  header: HeaderReader,
  challenge: string,
  clusterKey: Uint8Array,
  purpose: 'report' | 'goodbye' = 'report',
): ReportProof => {
  checkChallenge(header, challenge)
  if (header(proofHeaders.clusterProof) === undefined)
    return {
      kind: 'unverified',
      subject: readSubject(header, challenge, purpose === 'report' ? 'unverified' : purpose),
    }
  const subject = readSubject(header, challenge, purpose)
  const clusterProof = readHeader(header, 'clusterProof')
  return holdsClusterKey(subject, clusterKey, clusterProof)
    ? { kind: 'verified', subject }
    : { kind: 'other_key', subject, clusterProof }
}

/**
 * @param keyFrom reads the probe's public key
 * @throws {ApiError} 403 when the request is not signed by the probe that it names
 */
export const checkSignature = (
  header: HeaderReader,
  subject: HashedProofSubject,
  keyFrom?: typeof publicKeyFrom,
): void => {
  if (!isSignedByProbe(subject, readHeader(header, 'publicKey'), readHeader(header, 'signature'), keyFrom))
    throw new ApiError(403, 'bad_signature', 'the report is not signed by the key of the probe it names')
}

const checkChallenge = (header: HeaderReader, challenge: string): void => {
  if (!sameText(header(proofHeaders.challenge) ?? '', challenge))
    throw new ApiError(401, 'challenge', "the report does not answer this app's challenge; prove it again", {
      headers: { [proofHeaders.challenge]: challenge, 'www-authenticate': 'Scope-Proof' },
    })
}

const readSubject = (
  header: HeaderReader,
  challenge: string,
  purpose: NonNullable<ProofSubject['purpose']>,
): HashedProofSubject => {
  const read = (name: keyof typeof FORMS): string => readHeader(header, name)
  return {
    purpose,
    challenge,
    probeId: read('probeId'),
    epoch: read('epoch'),
    seq: Number(read('seq')),
    bodySha256: read('bodySha256'),
  }
}

/**
 * Checks the proof of a probe that opens a channel, which takes the cluster key.
 *
 * @returns what was proven, and the probe's exchange key, which the proof covers
 * @throws {ApiError} 401 with the challenge when the proof is not for it, 400 for a malformed header, 403 for a wrong
 * proof
 */
export const checkChannelProof = (
  header: HeaderReader,
  challenge: string,
  clusterKey: Uint8Array,
): { readonly subject: HashedProofSubject; readonly exchange: string } => {
  checkChallenge(header, challenge)
  const subject = readSubject(header, challenge, 'channel')
  if (!holdsClusterKey(subject, clusterKey, readHeader(header, 'clusterProof'))) throw wrongClusterKey()
  checkSignature(header, subject)
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
