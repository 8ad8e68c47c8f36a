import { BlockList } from 'node:net'
import { canonicalIp, isLinkLocal, isLoopback, isUnspecified, prefixOf } from '../../report/address/ip.ts'
import { ipVersion } from '../../report/address/ip-version.ts'
import { addressId, hostNodeId } from '../../report/ids.ts'
import type { Address } from '../../report/schema.ts'

/** An address of a network interface. */
export interface InterfaceAddress {
  readonly address: string
  readonly prefixBits: number
  /**
   * True when the interface connects only containers or virtual machines of this host (a bridge without an external
   * port).
   */
  readonly withinHost: boolean
}

/** The host and network namespace that the addresses belong to. */
export interface AddressHolder {
  readonly hostId: string
  /** Inode of the network namespace that has the interfaces. */
  readonly netns: number
}

const entry = (ip: string, withinHost: boolean, holder: AddressHolder): Address => {
  const { hostId, netns } = holder
  const owners = [hostNodeId(hostId)]
  if (isLoopback(ip) || isLinkLocal(ip)) {
    return { id: addressId({ kind: 'netns', hostId, netns }, ip), ip, scope: 'netns', owners }
  }
  if (withinHost) return { id: addressId({ kind: 'host', hostId }, ip), ip, scope: 'host', owners }
  return { id: addressId({ kind: 'global' }, ip), ip, scope: 'global', owners }
}

/** The entries for a host's own addresses, each once. */
export const hostAddresses = (
  interfaces: readonly InterfaceAddress[],
  holder: AddressHolder,
): readonly Address[] => {
  const entries = new Map<string, Address>()
  for (const { address, withinHost } of interfaces) {
    const ip = canonicalIp(address)
    if (ip === undefined || isUnspecified(ip)) continue
    const made = entry(ip, withinHost, holder)
    entries.set(made.id, made)
  }
  return [...entries.values()]
}

/** The networks of the interfaces in CIDR notation, each once, sorted. */
export const localNetworks = (interfaces: readonly InterfaceAddress[]): readonly string[] => {
  const networks = interfaces.flatMap(
    ({ address, prefixBits }) => prefixOf(address, prefixBits, prefixBits) ?? [],
  )
  return [...new Set(networks)].sort()
}

/** How many answers are cached. */
const MAX_ANSWERS = 10_000

/**
 * Creates a lookup of whether an address is one of the networks that connect only containers or virtual machines of this
 * host. Equal addresses of such networks on other hosts are other machines.
 */
export const networksWithinHost = (interfaces: readonly InterfaceAddress[]): ((ip: string) => boolean) => {
  const family = (ip: string) => (ipVersion(ip) === 6 ? 'ipv6' : 'ipv4')
  const networks = new BlockList()
  for (const { address, prefixBits, withinHost } of interfaces) {
    const ip = withinHost ? canonicalIp(address) : undefined
    if (ip !== undefined && !isLinkLocal(ip)) networks.addSubnet(ip, prefixBits, family(ip))
  }
  const answers = new Map<string, boolean>()
  return (ip) => {
    const known = answers.get(ip)
    if (known !== undefined) return known
    const answer = networks.check(ip, family(ip))
    if (answers.size >= MAX_ANSWERS) answers.clear()
    answers.set(ip, answer)
    return answer
  }
}
