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
import { proofHeaders } from './proof-headers.ts'

export { proofHeaders } from './proof-headers.ts'

/** What a probe's proof covers. */
export interface ProofSubject {
  readonly challenge: string
  readonly probeId: string
  readonly epoch: string
  readonly seq: number
  /** The request body exactly as sent. */
  readonly body: Uint8Array
}

/** A {@link ProofSubject} as the headers describe it, before the body is read. */
export interface HashedProofSubject extends Omit<ProofSubject, 'body'> {
  /** SHA-256 of the body, lower-case hex. */
  readonly bodySha256: string
}

/** SHA-256 of a body as sent, lower-case hex. */
export const hashBody = (body: Uint8Array): string => hash('sha256', body, 'hex')

const bodyHash = (subject: ProofSubject | HashedProofSubject): string =>
  'body' in subject ? hashBody(subject.body) : subject.bodySha256

const message = (subject: ProofSubject | HashedProofSubject): string =>
  ['scope-report', subject.challenge, subject.probeId, subject.epoch, subject.seq, bodyHash(subject)].join(
    '\n',
  )

const mac = (
  side: 'probe' | 'app' | 'channel',
  clusterKey: Uint8Array,
  subject: ProofSubject | HashedProofSubject,
): Buffer =>
  createHmac('sha256', clusterKey)
    .update(`${side}\n${message(subject)}`)
    .digest()

const equal = (expected: Buffer, given: string): boolean => {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

const rawPublicKey = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')

/**
 * The probe id that belongs to an Ed25519 key (public or private).
 *
 * @returns the first 16 hex digits of the SHA-256 of the raw public key
 */
export const probeIdOf = (key: KeyObject): string => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha256').update(rawPublicKey(publicKey)).digest('hex').slice(0, 16)
}

// Cached because deriving the public key takes as long as signing.
const publicKeys = new WeakMap<KeyObject, string>()

const publicKeyOf = (probeKey: KeyObject): string => {
  const known = publicKeys.get(probeKey)
  if (known !== undefined) return known
  const made = rawPublicKey(createPublicKey(probeKey)).toString('base64url')
  publicKeys.set(probeKey, made)
  return made
}

/**
 * Makes the proof headers that go with a report.
 *
 * @param probeKey the probe's Ed25519 private key
 */
export const proveReport = (
  subject: ProofSubject | HashedProofSubject,
  probeKey: KeyObject,
  clusterKey: Uint8Array,
): Record<string, string> => ({
  [proofHeaders.probeId]: subject.probeId,
  [proofHeaders.epoch]: subject.epoch,
  [proofHeaders.seq]: String(subject.seq),
  [proofHeaders.publicKey]: publicKeyOf(probeKey),
  [proofHeaders.signature]: sign(null, Buffer.from(message(subject)), probeKey).toString('base64url'),
  [proofHeaders.clusterProof]: mac('probe', clusterKey, subject).toString('base64url'),
  [proofHeaders.challenge]: subject.challenge,
  [proofHeaders.bodySha256]: bodyHash(subject),
})

/** True when the signature verifies with the given public key, and the probe id is the hash of that key. */
export const isSignedByProbe = (
  subject: ProofSubject | HashedProofSubject,
  publicKey: string,
  signature: string,
): boolean => {
  const raw = Buffer.from(publicKey, 'base64url')
  if (raw.length !== 32) return false
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  })
  return (
    probeIdOf(key) === subject.probeId &&
    verify(null, Buffer.from(message(subject)), key, Buffer.from(signature, 'base64url'))
  )
}

/** True when the cluster proof was made with the app's cluster key. */
export const holdsClusterKey = (
  subject: ProofSubject | HashedProofSubject,
  clusterKey: Uint8Array,
  proof: string,
): boolean => equal(mac('probe', clusterKey, subject), proof)

/** The app's answer to a proof, for the header `Scope-App-Proof`. */
export const proveApp = (subject: ProofSubject | HashedProofSubject, clusterKey: Uint8Array): string =>
  mac('app', clusterKey, subject).toString('base64url')

/** True when the app that answered holds the cluster key. */
export const appHoldsClusterKey = (
  subject: ProofSubject | HashedProofSubject,
  clusterKey: Uint8Array,
  proof: string,
): boolean => equal(mac('app', clusterKey, subject), proof)

/**
 * Derives the key that seals the frames of a channel from the proof that opened it. Only holders of the cluster key can
 * compute it.
 */
export const channelKey = (subject: ProofSubject | HashedProofSubject, clusterKey: Uint8Array): Uint8Array =>
  mac('channel', clusterKey, subject)
