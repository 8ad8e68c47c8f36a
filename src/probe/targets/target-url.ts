import { isIP } from 'node:net'
import { canonicalIp } from '../../report/address/ip.ts'

/** The host in the URL of an app, IPv6 without brackets. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

const isLocalhost = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost')

/**
 * The address in the URL of an app; undefined when there is a name. `localhost` is 127.0.0.1, as it is for
 * `--app.http.address`: looked up, it would be two addresses, and an app mostly listens on this one only.
 */
export const literalAddress = (url: string): string | undefined => {
  const host = hostOf(url)
  if (isLocalhost(host)) return '127.0.0.1'
  return isIP(host) === 0 ? undefined : canonicalIp(host)
}
