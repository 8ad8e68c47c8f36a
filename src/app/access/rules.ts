import type { Role } from '../../api/session.ts'
import { noProxies, type TrustedProxies } from './trusted-proxies.ts'

/** What whoever started the app has decided about access. */
export interface AccessRules {
  /** Lower-case names, beside addresses, by which the app may be asked for. */
  readonly hosts: ReadonlySet<string>
  /** Whether passwords, sessions and tokens count on connections from elsewhere that others could read. */
  readonly insecure: boolean
  readonly proxies: TrustedProxies
  /** Lower-case name of the header by which a trusted proxy names its user; undefined when none does. */
  readonly proxyHeader: string | undefined
  /** Role of those whom the proxy names, but who are no users here. */
  readonly proxyRole: Role
  /** Nobody may change anything. */
  readonly readOnly: boolean
  /** Whether anybody may control containers, processes and hosts. */
  readonly controls: boolean
  /** Whether only probes that hold the cluster key may report. */
  readonly requireClusterKey: boolean
}

/** What an app is told of access; everything can be left out. */
export type AccessOptions = Partial<Omit<AccessRules, 'hosts'>> & {
  /** Further names by which the app may be asked for. */
  readonly hosts?: readonly string[]
}

/**
 * The rules of an app.
 *
 * @param hostname of this machine, short or full
 * @param listensOn name or address that the app listens on, if it is one
 */
export const rulesOf = (
  options: AccessOptions,
  hostname: string,
  listensOn: string | undefined,
): AccessRules => ({
  insecure: options.insecure ?? false,
  proxies: options.proxies ?? noProxies,
  proxyHeader: options.proxyHeader?.toLowerCase(),
  proxyRole: options.proxyRole ?? 'viewer',
  readOnly: options.readOnly ?? false,
  controls: options.controls ?? true,
  requireClusterKey: options.requireClusterKey ?? false,
  hosts: new Set(
    ['localhost', hostname, hostname.split('.')[0], listensOn, ...(options.hosts ?? [])].flatMap(
      (name) => name?.toLowerCase() || [],
    ),
  ),
})
