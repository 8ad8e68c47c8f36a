import {
  createHash,
  createHmac,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { publicKeyFrom, publicKeyText, rawPublicKey } from './ed25519.ts'
import { proofHeaders } from './proof-headers.ts'

export { proofHeaders } from './proof-headers.ts'

/** What a probe's proof covers. */
export interface ProofSubject {
  /**
   * What the proof is for, `report` by default: a proof for one thing is worth nothing for the other. `unverified`: a report that is
   * sent without a cluster proof, so that nobody on the way can make one of a proof from which they take the cluster proof away.
   * `goodbye`: the probe stops; with a cluster proof or without, as its reports.
   */
  readonly purpose?: 'report' | 'channel' | 'unverified' | 'goodbye'
  readonly challenge: string
  readonly probeId: string
  readonly epoch: string
  /** Of a goodbye: the number of the last report that was made for the app. */
  readonly seq: number
  /** The request body exactly as sent. Of a channel: the text of its `Scope-Exchange-Key`. */
  readonly body: Uint8Array
}

/** A {@link ProofSubject} as the headers describe it, before the body is read. */
export interface HashedProofSubject extends Omit<ProofSubject, 'body'> {
  /** SHA-256 of the body, lower-case hex. */
  readonly bodySha256: string
}

/** SHA-256 of a body as sent, lower-case hex. */
export const hashBody = (body: Uint8Array): string => hash('sha256', body, 'hex')

/** {@link hashBody} of no body. */
export const NO_BODY_SHA256 = hashBody(new Uint8Array())

const bodyHash = (subject: ProofSubject | HashedProofSubject): string =>
  'body' in subject ? hashBody(subject.body) : subject.bodySha256

/** The text that a probe's proof covers. It starts with the purpose, and no field of it contains a line feed. */
export const proofMessage = (subject: ProofSubject | HashedProofSubject): string => {
  const { purpose = 'report', challenge, probeId, epoch, seq } = subject
  return [`scope-${purpose}`, challenge, probeId, epoch, seq, bodyHash(subject)].join('\n')
}

/** HMAC-SHA256 under the cluster key of a text of one side. */
export const clusterMac = (side: 'probe' | 'app', clusterKey: Uint8Array, text: string): Buffer =>
  createHmac('sha256', clusterKey).update(`${side}\n${text}`).digest()

/** Compares an HMAC with one given in base64url, in constant time. */
export const isMac = (expected: Buffer, given: string): boolean => {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

/**
 * The probe id that belongs to an Ed25519 key (public or private).
 *
 * @returns the first 16 hex digits of the SHA-256 of the raw public key
 */
export const probeIdOf = (key: KeyObject): string => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha256').update(rawPublicKey(publicKey)).digest('hex').slice(0, 16)
}

/**
 * Makes the proof headers that go with a report, or open a channel.
 *
 * @param probeKey the probe's Ed25519 private key
 * @param clusterKey undefined for the reports of an unverified probe and for its goodbye, which have no cluster proof
 */
export const proveReport = (
  subject: ProofSubject | HashedProofSubject,
  probeKey: KeyObject,
  clusterKey: Uint8Array | undefined,
): Record<string, string> => {
  const message = proofMessage(subject)
  return {
    [proofHeaders.probeId]: subject.probeId,
    [proofHeaders.epoch]: subject.epoch,
    [proofHeaders.seq]: String(subject.seq),
    [proofHeaders.publicKey]: publicKeyText(probeKey),
    [proofHeaders.signature]: sign(null, Buffer.from(message), probeKey).toString('base64url'),
    ...(clusterKey && {
      [proofHeaders.clusterProof]: clusterMac('probe', clusterKey, message).toString('base64url'),
    }),
    [proofHeaders.challenge]: subject.challenge,
    [proofHeaders.bodySha256]: bodyHash(subject),
  }
}

/**
 * True when the signature verifies with the given public key, and the probe id is the hash of that key.
 *
 * @param keyFrom reads a public key, which takes a third as long as checking a signature
 */
export const isSignedByProbe = (
  subject: ProofSubject | HashedProofSubject,
  publicKey: string,
  signature: string,
  keyFrom: typeof publicKeyFrom = publicKeyFrom,
): boolean => {
  const key = keyFrom(publicKey)
  return (
    key !== undefined &&
    probeIdOf(key) === subject.probeId &&
    verify(null, Buffer.from(proofMessage(subject)), key, Buffer.from(signature, 'base64url'))
  )
}

/** True when the cluster proof was made with the app's cluster key. */
export const holdsClusterKey = (
  subject: ProofSubject | HashedProofSubject,
  clusterKey: Uint8Array,
  proof: string,
): boolean => isMac(clusterMac('probe', clusterKey, proofMessage(subject)), proof)
