import { readFileSync } from 'node:fs'
import { isLoopback } from '../../report/address/ip.ts'
import { TlsFailure } from '../../tls/failure.ts'
import type { Trust } from '../../tls/trust.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { AppStatus } from '../parts/state-files.ts'

/** The certificate of the app of this state directory, by which its own probe and the commands verify it. */
export const trustInOwn = ({ certificate }: Pick<AppStatus, 'certificate'>): Trust =>
  certificate === undefined
    ? { by: 'system' }
    : {
        by: 'fingerprint',
        fingerprints: [certificate.fingerprint],
        namedBy: 'that the app of this state directory says it has',
      }

/**
 * By what a probe verifies an app: the app of its own state directory by the certificate recorded there, every other as
 * the options say.
 *
 * @param own the status of the app of this state directory
 * @throws {TlsFailure} when the authorities can no longer be read
 */
export const trustFor = (
  url: string,
  { tlsCa, tlsFingerprints }: Pick<ScopeOptions, 'tlsCa' | 'tlsFingerprints'>,
  own: AppStatus | undefined,
): Trust => {
  if (own?.certificate !== undefined && isOwn(new URL(url), own)) return trustInOwn(own)
  if (tlsFingerprints.length > 0)
    return { by: 'fingerprint', fingerprints: tlsFingerprints, namedBy: 'named by --probe.tls.fingerprint' }
  return tlsCa === undefined ? { by: 'system' } : { by: 'ca', pem: authoritiesIn(tlsCa, '--probe.tls.ca') }
}

/**
 * Whether a URL is one of the app of this state directory. Over plain HTTP another loopback address than the app's own is one only
 * where the app listens on all of them: else any user of the machine can listen there. Over https its certificate tells.
 */
export const isOwn = (
  url: URL,
  { localUrl, port, urls, certificate }: Pick<AppStatus, 'localUrl' | 'port' | 'urls' | 'certificate'>,
): boolean => {
  const own = new URL(localUrl)
  if (url.origin === own.origin) return true
  if (Number(url.port) !== port || !isLoopbackName(url.hostname)) return false
  if (url.protocol === 'https:' && certificate !== undefined) return true
  // An app that listens on all addresses names itself `localhost` to people, but is asked at one of them.
  return own.hostname !== 'localhost' && urls.some((text) => /^http:\/\/localhost:/.test(text))
}

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || isLoopback(name.replace(/^\[|\]$/g, ''))

/**
 * Reads a file of authorities.
 *
 * @param option that names it, for the error
 * @throws {TlsFailure}
 */
export const authoritiesIn = (path: string, option: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TlsFailure(`cannot read the file of ${option}, ${path}: ${(cause as Error).message}`, {
      cause,
    })
  }
}
