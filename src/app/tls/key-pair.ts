import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { fingerprintOf } from '../../tls/fingerprint.ts'

/** A certificate or its key cannot be used. The message says what is wrong with which file, and what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** Paths of a certificate with its chain, and of its private key, both as PEM. */
export interface KeyPairFiles {
  readonly cert: string
  readonly key: string
}

/** A certificate and its key that belong together. */
export interface KeyPair {
  /** PEM, the server's certificate first, then its chain. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** The server's certificate. */
  readonly leaf: X509Certificate
}

/** What others may know of the certificate that an app serves. */
export interface ServedCertificate {
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string
  /** ISO 8601. */
  readonly validUntil: string
  /** Whether Scope made it itself. */
  readonly isSelfSigned: boolean
}

/** A chain of certificates is a few kB long. */
const MAX_FILE_BYTES = 256 * 1024

/**
 * Reads a certificate and its key, and checks that they belong together and may be served.
 *
 * @throws {CertificateError}
 */
export const readKeyPair = async (files: KeyPairFiles): Promise<KeyPair> => {
  const [cert, key] = await Promise.all([
    readText(files.cert, 'certificate'),
    readText(files.key, 'private key'),
  ])
  const leaf = certificateIn(cert, files.cert)
  if (!leaf.checkPrivateKey(privateKeyIn(key, files.key)))
    throw new CertificateError(
      `the private key ${files.key} is not that of the certificate ${files.cert}; the first certificate of the file has to be the server's own`,
    )
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    throw new CertificateError(
      `the certificate ${files.cert} cannot be served: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
  return { cert, key, leaf }
}

/** Whether any user of the machine may read a file. */
export const isReadableByAll = async (path: string): Promise<boolean> =>
  ((await stat(path)).mode & 0o004) !== 0

/** @param isSelfSigned whether Scope made it itself */
export const describeServed = ({ leaf }: KeyPair, isSelfSigned: boolean): ServedCertificate => ({
  fingerprint: fingerprintOf(leaf),
  validUntil: leaf.validToDate.toISOString(),
  isSelfSigned,
})

/**
 * Checks the dates of a certificate.
 *
 * @throws {CertificateError} when it is not valid now
 */
export const checkDates = ({ leaf }: KeyPair, nowMs: number): void => {
  if (leaf.validToDate.getTime() <= nowMs)
    throw new CertificateError(
      `the certificate expired at ${leaf.validToDate.toISOString()}; renew it, and it is taken without a restart`,
    )
  if (leaf.validFromDate.getTime() > nowMs)
    throw new CertificateError(
      `the certificate is valid only from ${leaf.validFromDate.toISOString()}; is the clock of this machine right?`,
    )
}

const readText = async (path: string, what: string): Promise<string> => {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_FILE_BYTES + 1) })
      if (bytesRead > MAX_FILE_BYTES) throw new Error(`it is longer than ${MAX_FILE_BYTES} bytes`)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new CertificateError(`cannot read the ${what} ${path}: ${(cause as Error).message}`, { cause })
  }
}

const certificateIn = (pem: string, path: string): X509Certificate => {
  // DER would be understood, too, but not served.
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new CertificateError(`${path} is not a certificate in PEM (-----BEGIN CERTIFICATE-----)`)
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new CertificateError(`${path} is not a certificate that can be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

const privateKeyIn = (pem: string, path: string): KeyObject => {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new CertificateError(
      `the private key ${path} is protected by a passphrase, which Scope cannot ask for; give it one without: openssl pkey -in ${path} -out NEW`,
    )
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new CertificateError(`${path} is not a private key in PEM: ${(cause as Error).message}`, { cause })
  }
}
