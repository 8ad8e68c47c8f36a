import { createPublicKey, type KeyObject } from 'node:crypto'

/** A raw Ed25519 public key, as {@link publicKeyText} writes it: 32 bytes in base64url. */
export const PUBLIC_KEY = /^[\w-]{43}$/

/** An Ed25519 signature in base64url. */
export const SIGNATURE = /^[\w-]{86}$/

/** The 32 bytes of an Ed25519 public key. */
export const rawPublicKey = (publicKey: KeyObject): Buffer =>
  Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')

/** The raw public key of an Ed25519 private key, as 43 base64url characters. */
export const publicKeyText = (privateKey: KeyObject): string =>
  rawPublicKey(createPublicKey(privateKey)).toString('base64url')

/**
 * Reads what {@link publicKeyText} wrote.
 *
 * @returns undefined when the text is not the one spelling of an Ed25519 public key
 */
export const publicKeyFrom = (text: string): KeyObject | undefined => {
  if (!PUBLIC_KEY.test(text) || Buffer.from(text, 'base64url').toString('base64url') !== text)
    return undefined
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' })
}
