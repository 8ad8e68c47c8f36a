import type { NamedTarget } from '../../probe/targets/names/resolved-targets.ts'
import { probeTargets } from '../launch/app-urls.ts'
import type { ScopeOptions } from '../options/options.ts'
import { serviceTokenOf } from '../parts/service-token.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { isOwn } from '../tls/trust-for.ts'

/**
 * The apps that a probe is told to report to, and who told it.
 *
 * @param peers URLs of the command line; with none and without a service, it is the app of this machine
 * @param own the status of the app of this state directory
 * @throws {CommandError} when the token of a service cannot be read
 */
export const givenApps = (
  options: Pick<ScopeOptions, 'discover' | 'serviceUrl' | 'serviceToken' | 'serviceTokenFile'>,
  peers: readonly string[],
  own: AppStatus | undefined,
): NamedTarget[] => {
  const { serviceUrl } = options
  const token = serviceTokenOf(options)
  const hasService = serviceUrl !== undefined && token !== undefined
  const isLocal = (url: string): boolean =>
    own === undefined ? peers.length === 0 : isOwn(new URL(url), own)
  const apps = probeTargets(undefined, peers, options).map(
    (url): NamedTarget => ({ url, origin: isLocal(url) ? 'local' : 'named' }),
  )
  return hasService ? [{ url: serviceUrl, origin: 'service', token }, ...apps] : apps
}
