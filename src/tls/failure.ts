/** A connection over TLS was given up, because it cannot be trusted or is none. The message says why, in plain words. */
export class TlsFailure extends Error {
  override readonly name = 'TlsFailure'
}

const EXPIRED = 'its certificate has expired; it must be renewed'
const UNKNOWN =
  'its certificate is from an authority that this machine does not trust; name the authority with --probe.tls.ca, or the certificate with --probe.tls.fingerprint'
const PLAIN = 'it does not speak TLS there; is it http instead of https?'

/** By the codes of Node and OpenSSL. */
const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock of this machine right?',
  CERT_REVOKED: 'its certificate has been revoked',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  CERT_UNTRUSTED: UNKNOWN,
  CERT_REJECTED: UNKNOWN,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN,
  INVALID_CA: UNKNOWN,
  INVALID_PURPOSE: 'its certificate is not one for servers',
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAIN,
  ERR_SSL_HTTP_REQUEST: PLAIN,
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it does not speak TLS 1.2 or newer',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it does not speak TLS 1.2 or newer',
}

/** What Node adds to the error of a wrong name. */
interface AltNameError extends NodeJS.ErrnoException {
  readonly host?: string
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: string } }
}

const wrongName = ({ host, cert }: AltNameError): string => {
  const names = cert?.subjectaltname?.slice(0, 300) ?? 'no name at all'
  return `its certificate is not for ${host ?? 'that name'}, but for ${names}`
}

// When something is waiting to be written, Node emits the error of that write (EPROTO), with OpenSSL's in its message.
const codeOf = (error: Error): string => {
  const { code = '' } = error as NodeJS.ErrnoException
  const reason = /:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):/.exec(error.message)?.[1]
  if (code !== 'EPROTO' || reason === undefined) return code
  return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`
}

/**
 * Says in plain words why a connection over TLS failed.
 *
 * @param error as the socket emitted it
 * @returns the error itself when it has nothing to do with TLS
 */
export const explainTls = (error: Error): Error => {
  const code = codeOf(error)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return new TlsFailure(wrongName(error as AltNameError))
  const said = Object.hasOwn(words, code) ? words[code] : undefined
  if (said !== undefined) return new TlsFailure(said)
  return code.startsWith('ERR_SSL_') ? new TlsFailure(`TLS with it failed: ${error.message.trim()}`) : error
}
