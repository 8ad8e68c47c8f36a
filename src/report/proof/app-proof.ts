import { type KeyObject, sign, verify } from 'node:crypto'
import { publicKeyFrom, publicKeyText, SIGNATURE } from './ed25519.ts'
import {
  clusterMac,
  type HashedProofSubject,
  isMac,
  type ProofSubject,
  proofHeaders,
  proofMessage,
} from './proof.ts'

/** The keys with which an app proves itself. */
export interface AppIdentity {
  readonly clusterKey: Uint8Array
  /** The app's own Ed25519 private key. Without one, it proves the cluster key alone, and probes take no orders from it. */
  readonly appKey?: KeyObject
}

/** An app that has proved that it holds the cluster key. */
export interface ProvenApp {
  /** Its public key, which it has proved to hold, as 43 base64url characters; undefined when it has none. */
  readonly key: string | undefined
}

/**
 * The text that the app's two proofs cover: the whole message of the probe, the app's public key, and of a channel
 * the app's exchange key.
 *
 * - Because the HMAC under the cluster key covers the public key, only a holder of the cluster key can make a probe
 *   accept another app's key, or none.
 * - Because the message names probe, epoch, number, purpose and challenge, an answer serves for one request only.
 * - What the text cannot say is by which address the probe reached the app, since the app does not know that. So a program
 *   that passes on all bytes between a probe and an app is not noticed. It can read reports where they are not sent
 *   over TLS. It can change nothing, repeat nothing, and cannot read or use the channel. That the probe expects the
 *   key of one certain app for each address keeps it from passing the bytes on to another app.
 */
const appMessage = (
  subject: ProofSubject | HashedProofSubject,
  appKey: string | undefined,
  exchange: string,
): string => ['scope-app', proofMessage(subject), appKey ?? 'no key', exchange].join('\n')

/**
 * The headers with which an app answers the proof of a probe.
 *
 * @param exchange of a channel, the app's X25519 public key
 */
export const proveApp = (
  subject: ProofSubject | HashedProofSubject,
  { clusterKey, appKey }: AppIdentity,
  exchange = '',
): Record<string, string> => {
  const publicKey = appKey && publicKeyText(appKey)
  const message = appMessage(subject, publicKey, exchange)
  return {
    [proofHeaders.appProof]: clusterMac('app', clusterKey, message).toString('base64url'),
    ...(appKey !== undefined &&
      publicKey !== undefined && {
        [proofHeaders.appKey]: publicKey,
        [proofHeaders.appSignature]: sign(null, Buffer.from(message), appKey).toString('base64url'),
      }),
    ...(exchange !== '' && { [proofHeaders.exchange]: exchange }),
  }
}

/**
 * Checks the app's answer to a proof.
 *
 * @param header of the answer
 * @returns undefined when the app does not hold the cluster key, or not the key of its own that it names
 */
export const checkAppProof = (
  subject: ProofSubject | HashedProofSubject,
  clusterKey: Uint8Array,
  header: (name: string) => string | undefined,
): ProvenApp | undefined => {
  const key = header(proofHeaders.appKey)
  const message = appMessage(subject, key, header(proofHeaders.exchange) ?? '')
  if (!isMac(clusterMac('app', clusterKey, message), header(proofHeaders.appProof) ?? '')) return undefined
  return key === undefined || isSignedByApp(message, key, header) ? { key } : undefined
}

const isSignedByApp = (
  message: string,
  key: string,
  header: (name: string) => string | undefined,
): boolean => {
  const publicKey = publicKeyFrom(key)
  const signature = header(proofHeaders.appSignature) ?? ''
  return (
    publicKey !== undefined &&
    SIGNATURE.test(signature) &&
    verify(null, Buffer.from(message), publicKey, Buffer.from(signature, 'base64url'))
  )
}

/**
 * The text by which an app says that a probe holds another cluster key than it does. It covers the cluster proof that the
 * app was shown: where somebody on the way has changed that, the probe sees that it is not the one that it made, so
 * nobody but the app can make a probe believe that the app holds another cluster key.
 */
const refusalMessage = (
  subject: ProofSubject | HashedProofSubject,
  clusterProof: string,
  appKey: string,
): string => ['scope-app-refusal', proofMessage(subject), clusterProof, appKey].join('\n')

/**
 * The headers with which an app answers the proof of a probe that holds another cluster key: it proves its own key alone.
 *
 * @param clusterProof as it came
 */
export const proveRefusal = (
  subject: ProofSubject | HashedProofSubject,
  clusterProof: string,
  appKey: KeyObject,
): Record<string, string> => {
  const key = publicKeyText(appKey)
  const message = refusalMessage(subject, clusterProof, key)
  return {
    [proofHeaders.appKey]: key,
    [proofHeaders.appSignature]: sign(null, Buffer.from(message), appKey).toString('base64url'),
  }
}

/**
 * Checks the answer of an app that holds another cluster key.
 *
 * @param clusterProof as the probe sent it
 * @param header of the answer
 * @returns the app's key, 43 base64url characters; undefined when it did not prove one, or was shown another cluster proof
 */
export const checkRefusal = (
  subject: ProofSubject | HashedProofSubject,
  clusterProof: string,
  header: (name: string) => string | undefined,
): string | undefined => {
  const key = header(proofHeaders.appKey)
  if (key === undefined) return undefined
  return isSignedByApp(refusalMessage(subject, clusterProof, key), key, header) ? key : undefined
}
