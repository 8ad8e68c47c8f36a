import { networkInterfaces } from 'node:os'
import type { Logger } from '../../../log/log.ts'
import { isOwnAddress } from '../../../sockets/own-address.ts'
import { rangeTest } from '../../../weave/range.ts'
import type { RouterReport } from '../../weave/router-report.ts'
import type { RouterWatch } from '../../weave/router-watch.ts'
import type { FamilyAnswer, LookUpName } from '../names/answer.ts'
import { createLookUp } from '../names/look-up-name.ts'
import { type ResolvedTargetsOptions, resolvedTargets } from '../names/resolved-targets.ts'
import type { TargetSource } from '../target.ts'
import { hostOf } from '../target-url.ts'
import { dnsServerOf } from './dns-server.ts'

/** What {@link weaveTargets} needs. */
export interface WeaveTargetsOptions extends Omit<ResolvedTargetsOptions, 'lookUp'> {
  readonly router: Pick<RouterWatch, 'state' | 'watch'>
  /** By which apps are found: `http://scope.weave.local:4040`. */
  readonly url: string
  readonly log: Logger
  /** Whether an address is of this machine, whose app is reported to anyway. */
  readonly isOwn?: (address: string) => boolean
  /** Looks up names at one server, `IP:PORT`. */
  readonly lookUpAt?: (server: string) => LookUpName
}

const unknown = (reason: string): FamilyAnswer => ({ kind: 'unknown', reason })

const dockerBridge = (): string | undefined =>
  networkInterfaces().docker0?.find(({ family }) => family === 'IPv4')?.address

/** Whether weaveDNS itself knows a name: others it would ask elsewhere. */
const isInDomain = (name: string, { Domain }: NonNullable<RouterReport['DNS']>): boolean =>
  Domain !== '' && `${name}.`.endsWith(`.${Domain.replace(/\.$/, '').toLowerCase()}.`)

/** Those addresses that the Weave network gives, but for this machine's own. */
const within = (answer: FamilyAnswer, isWanted: (ip: string) => boolean): FamilyAnswer =>
  // Its answers hold for a second, which is to have its clients ask again, not to tell that anything changes.
  answer.kind === 'told' ? { kind: 'told', addresses: answer.addresses.filter(isWanted) } : answer

/**
 * Apps of the Weave network of this machine, by the name under which they register themselves in weaveDNS. While there is no
 * router, nobody is asked. Anybody on any machine of the network can add names, so that an app is to be taken only by what it
 * proves, and only addresses of the network itself are looked at.
 */
export const weaveTargets = (options: WeaveTargetsOptions): TargetSource => ({
  watch(changed, isAnswering, guard) {
    const {
      router,
      url,
      log,
      isOwn = isOwnAddress,
      lookUpAt = (resolver) => createLookUp({ resolver }),
    } = options
    const name = hostOf(url)

    const lookUp: LookUpName = async (asked, signal) => {
      const { report } = router.state()
      const server =
        report?.DNS && dnsServerOf(report.DNS.Address, { dockerBridge: dockerBridge(), isOwn: isOwnAddress })
      if (report === undefined || !server) {
        const away = unknown('weaveDNS cannot be asked at the moment')
        return { ipv4: away, ipv6: away }
      }
      const isInRange = rangeTest(report.IPAM?.Range ?? '')
      const isWanted = (ip: string): boolean => isInRange(ip) && !isOwn(ip)
      const { ipv4, ipv6 } = await lookUpAt(server)(asked, signal)
      return { ipv4: within(ipv4, isWanted), ipv6: within(ipv6, isWanted) }
    }

    let end: (() => void) | undefined
    const begin = (): void => {
      const dns = router.state().report?.DNS
      if (end !== undefined || !dns || !isInDomain(name, dns)) return
      const source = resolvedTargets([{ url, origin: 'discovered', isUnasked: true }], {
        ...options,
        lookUp,
        mayHaveNone: true,
        // Nobody has asked for these apps, so it is no trouble that none can be found.
        log: { ...log, warn: log.info },
      })
      end = source.watch(({ targets }) => changed({ targets, unresolved: [] }), isAnswering, guard)
    }
    changed({ targets: [], unresolved: [] })
    const unwatch = router.watch(begin)
    begin()
    return () => {
      unwatch()
      end?.()
    }
  },
})
