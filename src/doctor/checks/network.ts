import type { Privileges } from '../../probe/privileges.ts'
import { type Finding, note, ok, warn } from '../check.ts'

/** State of the kernel's connection tracking. */
export interface ConntrackLook {
  /** Whether the kernel tracks connections at all. */
  readonly active: boolean
  /** `net.netfilter.nf_conntrack_events`: 0 = off; undefined when the setting does not exist. */
  readonly events: number | undefined
  readonly entries: number
  readonly limit: number
}

/** Checks whether the probe can resolve NAT. */
export const conntrackCheck = (look: ConntrackLook, { effective }: Privileges): Finding => {
  const unseen = 'connections through NAT are shown with the addresses they were given'
  if (!look.active) return note('not in use: no addresses are translated')
  if (!effective.has('CAP_NET_ADMIN'))
    return warn(`missing: CAP_NET_ADMIN; ${unseen}`, 'run as root, or give it that')
  if (look.events === 0)
    return warn(
      `the kernel tells no events: ${unseen}, if they are short`,
      'sysctl -w net.netfilter.nf_conntrack_events=1',
    )
  const used = `${look.entries} of ${look.limit} entries in use`
  if (look.entries > 0.9 * look.limit)
    return warn(`${used}: new connections are about to be refused`, 'raise net.netfilter.nf_conntrack_max')
  return ok(used)
}

/**
 * Checks whether the probe can see DNS answers.
 *
 * @param cgroup2 where cgroup v2 is mounted; undefined when it is not
 */
export const dnsCheck = ({ effective }: Privileges, cgroup2: string | undefined): Finding => {
  const instead = 'names come from reverse DNS alone'
  if (cgroup2 === undefined)
    return warn(`cgroup v2 is not mounted: ${instead}`, 'mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified')
  const missing = (['CAP_BPF', 'CAP_NET_ADMIN'] as const).filter((name) => !effective.has(name))
  if (missing.length > 0)
    return warn(`missing: ${missing.join(', ')}; ${instead}`, 'run as root, or give it those')
  return ok(`can be seen at ${cgroup2}`)
}

/**
 * Checks whether the app can tell who connects on this machine.
 *
 * @param whyNot undefined when the kernel can be asked
 */
export const localUsersCheck = (whyNot: string | undefined): Finding =>
  whyNot === undefined
    ? ok('the kernel tells whose a connection on loopback is')
    : warn(
        `${whyNot}; everybody on this machine has to sign in`,
        'sign in with a link: scope token --link; or make that possible',
      )

/** Who holds the app's port. */
export type PortLook =
  | { readonly state: 'free' }
  | { readonly state: 'ours'; readonly pid: number }
  | { readonly state: 'taken'; readonly reason: string }

/** Checks whether the app can listen on its port. */
export const portCheck = (port: number, look: PortLook): Finding => {
  if (look.state === 'free') return ok(`${port} is free`)
  if (look.state === 'ours') return ok(`${port} is held by the app that runs (pid ${look.pid})`)
  return warn(look.reason, 'choose another: --app.http.address=:4041')
}
