import { defaultPort } from '../options/app-url.ts'
import { defaultOptions, type ScopeOptions } from '../options/options.ts'

/** Hosts that mean "every address", with the address at which such a listener is reached from the same machine. */
const reachableHosts: ReadonlyMap<string, string> = new Map([
  ['', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['[::]', '[::1]'],
])

/**
 * URL at which the app with these options is reached from the same machine.
 *
 * @param realPort the port it really listens on, for options with port 0
 */
export function ownAppUrl({ appAddress, tls, tlsCert }: ScopeOptions, realPort?: number): string {
  const colon = appAddress.lastIndexOf(':')
  const host = appAddress.slice(0, colon)
  const scheme = tls === undefined && tlsCert === undefined ? 'http' : 'https'
  return `${scheme}://${reachableHosts.get(host) ?? host}:${realPort ?? appAddress.slice(colon + 1)}`
}

/**
 * URLs that a probe publishes to: the app beside it and the peers or, with neither, the default port of this machine, unless
 * the probe looks for apps by itself or publishes to a hosted service.
 */
export function probeTargets(
  own: string | undefined,
  peers: readonly string[],
  { discover, serviceUrl }: Pick<ScopeOptions, 'discover' | 'serviceUrl'> = defaultOptions,
): string[] {
  const targets = [...new Set([...(own === undefined ? [] : [own]), ...peers])]
  const hasOthers = discover !== 'none' || serviceUrl !== undefined
  return targets.length > 0 || hasOthers ? targets : [`http://127.0.0.1:${defaultPort}`]
}

/** True for an HTTP or HTTPS URL of this machine's loopback. */
export function isLoopbackUrl(url: string): boolean {
  return /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(url)
}
