import { createPrivateKey, createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces, hostname as ownHostname } from 'node:os'
import { join } from 'node:path'
import { createOnce, replaceFile } from '../../state/create-once.ts'
import { CertificateError, type KeyPair, type KeyPairFiles, readKeyPair } from './key-pair.ts'

/** Names that a certificate is for. */
export interface CertificateNames {
  readonly dns: readonly string[]
  readonly ips: readonly string[]
}

const DAY_MS = 86_400_000
/** Apple's systems refuse certificates of servers that are valid for more than 825 days, whoever trusts them. */
const VALID_DAYS = 824
/** A certificate with less time left is replaced. */
const RENEW_DAYS = 30
/** Clocks of other machines may be behind. */
const BACKDATED_MS = DAY_MS
const MAX_ADDRESSES = 100
const MAX_COMMON_NAME_LENGTH = 64
const DNS_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i

/** Where the self-signed certificate and its key are kept. */
export const selfSignedFiles = (dir: string): KeyPairFiles => ({
  cert: join(dir, 'app.tls.crt'),
  key: join(dir, 'app.tls.key'),
})

/**
 * The names under which this machine is reached: `localhost`, loopback addresses, the host name in full and up to its
 * first dot, and the addresses of its network interfaces except link-local ones.
 */
export const namesOfMachine = (
  hostname: string = ownHostname(),
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): CertificateNames => {
  const short = hostname.split('.')[0] ?? ''
  const addresses = Object.values(interfaces)
    .flatMap((ofOne) => ofOne ?? [])
    .map(({ address }) => address)
    .filter((address) => isIP(address) !== 0 && !/^(fe80:|169\.254\.)/i.test(address))
  return {
    dns: [...new Set(['localhost', hostname, short])].filter((name) => DNS_NAME.test(name)),
    ips: [...new Set(['127.0.0.1', '::1', ...addresses])].slice(0, MAX_ADDRESSES),
  }
}

/**
 * The self-signed certificate kept in a directory. It is made when there is none, and made anew, with the same key,
 * before it expires.
 *
 * @param nowMs since 1970
 * @throws {CertificateError} when what is kept there cannot be used
 */
export const selfSignedPair = async (
  dir: string,
  nowMs: number,
  names: () => CertificateNames = namesOfMachine,
): Promise<KeyPair> => {
  const files = selfSignedFiles(dir)
  if (!existsSync(files.key) || !existsSync(files.cert)) await makeSelfSigned(files, nowMs, names())
  const pair = await readOwn(files)
  if (pair.leaf.validToDate.getTime() - nowMs > RENEW_DAYS * DAY_MS) return pair
  await makeSelfSigned(files, nowMs, names())
  return readOwn(files)
}

const readOwn = async (files: KeyPairFiles): Promise<KeyPair> => {
  try {
    return await readKeyPair(files)
  } catch (cause) {
    throw new CertificateError(
      `${(cause as Error).message}. Delete ${files.cert} and ${files.key} to have new ones made.`,
      { cause },
    )
  }
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const makeSelfSigned = async (
  files: KeyPairFiles,
  nowMs: number,
  { dns, ips }: CertificateNames,
): Promise<void> => {
  // Needed only once in years, so it is not loaded otherwise. The first import is a requirement of the second.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const keys = await keysIn(files.key)
  const commonName = `Scope on ${dns.find((name) => name !== 'localhost') ?? 'localhost'}`
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName.slice(0, MAX_COMMON_NAME_LENGTH)] }],
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs - BACKDATED_MS + VALID_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      // No authority: whoever trusts this certificate trusts no other that its key signs.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dns.map((value) => ({ type: 'dns', value }) as const),
        ...ips.map((value) => ({ type: 'ip', value }) as const),
      ]),
    ],
  })
  await replaceFile(files.cert, `${certificate.toString('pem')}\n`)
}

/** The key of the certificate, which is made and stored when there is none. */
const keysIn = async (path: string): Promise<webcrypto.CryptoKeyPair> => {
  const pem = await createOnce(path, () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  )
  const key = createPrivateKey(pem)
  return {
    privateKey: key.toCryptoKey(ALGORITHM, true, ['sign']),
    publicKey: createPublicKey(key).toCryptoKey(ALGORITHM, true, ['verify']),
  }
}
