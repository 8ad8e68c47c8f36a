import type { X509Certificate } from 'node:crypto'

/**
 * The SHA-256 fingerprint of a certificate: 32 pairs of capital hex digits with colons, the form that openssl and
 * browsers show.
 */
export const fingerprintOf = (certificate: X509Certificate): string => certificate.fingerprint256

const PREFIX = /^sha-?256(?: fingerprint)? *[:=] */i
const DIGITS = /^[\dA-F]{64}$/

/**
 * Reads a SHA-256 fingerprint, with or without colons, in capitals or not, and as openssl prints it
 * (`sha256 Fingerprint=AB:…`).
 *
 * @returns it in the form of {@link fingerprintOf}; undefined when it is none
 */
export const parseFingerprint = (text: string): string | undefined => {
  const digits = text.trim().replace(PREFIX, '').replaceAll(':', '').toUpperCase()
  return DIGITS.test(digits) ? digits.replace(/..(?!$)/g, '$&:') : undefined
}
