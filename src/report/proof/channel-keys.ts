import { createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto'
import { type HashedProofSubject, type ProofSubject, proofMessage } from './proof.ts'

/** One side's half of a key agreement (X25519), made for one channel. */
export interface Exchange {
  /** Raw public key, 43 base64url characters: the header `Scope-Exchange-Key`. */
  readonly publicKey: string
  /**
   * The secret that both sides share.
   *
   * @throws Error when the other side's text is no usable X25519 public key
   */
  secretWith(otherPublicKey: string): Buffer
}

/** Keys that seal the frames of a channel, one for each direction; 32 bytes each. */
export interface ChannelKeys {
  readonly toApp: Uint8Array
  readonly toProbe: Uint8Array
}

const KEY_BYTES = 32
const X25519_KEY = /^[\w-]{43}$/

const publicKeyOf = (text: string): KeyObject => {
  if (!X25519_KEY.test(text)) throw new Error('the exchange key is not 43 base64url characters')
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: text }, format: 'jwk' })
}

/** Makes a fresh key pair for one channel. */
export const createExchange = (): Exchange => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return {
    publicKey: String(publicKey.export({ format: 'jwk' }).x),
    secretWith: (other) => diffieHellman({ privateKey, publicKey: publicKeyOf(other) }),
  }
}

/** What the keys of a channel are derived from, beside the shared secret. */
export interface ChannelHandshake {
  /** What the probe proved; its body is the probe's exchange key. */
  readonly subject: ProofSubject | HashedProofSubject
  /** The app's own public key and its exchange key, as in its answer. */
  readonly appKey: string
  readonly appExchange: string
  readonly clusterKey: Uint8Array
}

/**
 * Derives the keys of a channel (HKDF-SHA256). Probe and app have signed their exchange keys, so only these two can
 * compute them: the cluster key alone is not enough to read or forge a frame, nor is a recording together with keys
 * that are stolen later.
 */
export const channelKeys = (secret: Uint8Array, handshake: ChannelHandshake): ChannelKeys => {
  const { subject, appKey, appExchange, clusterKey } = handshake
  const about = ['scope-channel-keys', proofMessage(subject), appKey, appExchange].join('\n')
  // The label is hashed into the secret by HKDF's extraction, because `info` may have no more than 1024 bytes.
  const salt = Buffer.concat([clusterKey, Buffer.from(about)])
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, 'frames', 2 * KEY_BYTES))
  return { toApp: bytes.subarray(0, KEY_BYTES), toProbe: bytes.subarray(KEY_BYTES) }
}
