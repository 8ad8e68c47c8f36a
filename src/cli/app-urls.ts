import type { ScopeOptions } from './options.ts'
import { defaultPort, parseListenAddress, reachableHost, urlOf } from './values.ts'

/**
 * Where the app of these options is reached from the same machine.
 *
 * @param port the port it got, when it was free to take any
 */
export function ownAppUrl({ appAddress }: ScopeOptions, port?: number): string {
  const wanted = parseListenAddress(appAddress)
  return urlOf({ host: reachableHost(wanted.host), port: port ?? wanted.port })
}

/** Where a probe publishes: to the app beside it, and to the apps named; with neither to the usual port of this machine. */
export function probeTargets(own: string | undefined, peers: readonly string[]): string[] {
  const targets = [...new Set([...(own === undefined ? [] : [own]), ...peers])]
  return targets.length > 0 ? targets : [urlOf({ host: '127.0.0.1', port: defaultPort })]
}
