import { networkInterfaces } from 'node:os'
import { canonicalIp } from '../../../report/address/ip.ts'
import { isLoopbackAddress } from '../../access/loopback.ts'
import type { Peer } from '../../access/peer/local-peers.ts'
import { connectionOf } from '../../access/request/connection.ts'
import type { RequestFacts } from '../../access/request/request-facts.ts'
import type { AccessRules } from '../../access/rules.ts'

/** Where the request of an unverified probe comes from. */
export type WhereFrom =
  /** From another machine. `address`: by which it is limited. */
  | { readonly kind: 'elsewhere'; readonly address: string }
  /** From a process of this machine, whose user the kernel names. */
  | { readonly kind: 'here'; readonly uid: number; readonly address: string }
  /** From this machine, and nobody knows from whom; `why` is worded to follow "since". */
  | { readonly kind: 'unknown'; readonly why: string }

/** How {@link whereFrom} finds out. */
export interface WhereFromOptions {
  readonly rules: AccessRules
  /** Asks the kernel whose process of this machine has the other end of the request's connection. */
  readonly ownerOf: () => Peer
  /** Addresses of this machine. */
  readonly ownAddresses?: () => ReadonlySet<string>
}

const addressesHere = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).map(({ address }) => canonicalIp(address) ?? ''),
    ),
  )

/**
 * Whether a request comes from another machine, or from whom on this one. What comes over loopback or from an address of this
 * machine is of it, and also what the kernel knows a socket of here. A proxy that is not trusted leaves it open who asks.
 */
export const whereFrom = (facts: RequestFacts, options: WhereFromOptions): WhereFrom => {
  const { rules, ownerOf, ownAddresses = addressesHere } = options
  const { source, viaProxy } = connectionOf(facts, rules)
  if (viaProxy) return { kind: 'elsewhere', address: source }
  if (facts.forwardedBy.length > 0)
    return { kind: 'unknown', why: 'it came through a proxy that is not trusted (--app.trusted-proxies)' }
  const owner = ownerOf()
  if ('uid' in owner) return { kind: 'here', uid: owner.uid, address: `uid ${owner.uid}` }
  const remote = canonicalIp(facts.remoteAddress ?? '')
  const isHere =
    remote === undefined ||
    isLoopbackAddress(facts.remoteAddress) ||
    facts.remoteAddress === facts.localAddress ||
    ownAddresses().has(remote)
  return isHere ? { kind: 'unknown', why: owner.why } : { kind: 'elsewhere', address: source }
}
