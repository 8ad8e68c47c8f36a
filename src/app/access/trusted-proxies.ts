import { BlockList, isIP } from 'node:net'
import { canonicalIp } from '../../report/address/ip.ts'
import { isOwnAddress } from '../../sockets/own-address.ts'
import { isFromHere, isLoopbackAddress } from './loopback.ts'
import type { Peer } from './peer/local-peers.ts'

/** Proxies that are believed in what they say of their clients. */
export interface TrustedProxies {
  /** As given: addresses, networks, and `user:NAME`. */
  readonly given: readonly string[]
  /**
   * Whether a connection comes from one of them. From an address of this machine nobody does but the users who are named, since every
   * user of the machine can connect from there.
   *
   * @param address of the other end
   * @param localAddress of this end
   */
  has(address: string | undefined, peer: Peer, localAddress?: string): boolean
}

/** What names no proxy. The message follows the faulty part of the list. */
export class TrustedProxyError extends Error {
  override readonly name = 'TrustedProxyError'
}

const NETWORK = /^(?<address>[^/]+)(?:\/(?<bits>\d{1,3}))?$/
const USER = /^user:(?<name>[^\s:]+)$/

/**
 * Proxies from a list of addresses and networks on other machines, and `user:NAME` (or `user:UID`) for one on this machine. Its
 * address would not do: every user of the machine has that.
 *
 * @throws {TrustedProxyError}
 * @example
 * trustedProxies(['10.0.0.5', 'fd00::/8', 'user:www-data'])
 */
export const trustedProxies = (given: readonly string[]): TrustedProxies => {
  const networks = new BlockList()
  const users = new Set<string>()
  for (const text of given) {
    const user = USER.exec(text)?.groups?.name
    if (user === undefined) addNetwork(networks, text)
    else users.add(user)
  }
  return {
    given,
    has: (address, peer, localAddress) =>
      isFromHere(address, localAddress)
        ? 'uid' in peer && (users.has(String(peer.uid)) || (peer.name !== undefined && users.has(peer.name)))
        : isIn(networks, address) && !isOfThisMachine(address),
  }
}

/** Believes no proxy. */
export const noProxies: TrustedProxies = trustedProxies([])

const addNetwork = (networks: BlockList, text: string): void => {
  const { address = '', bits } = NETWORK.exec(text)?.groups ?? {}
  const version = isIP(address)
  const all = version === 6 ? 128 : 32
  const length = bits === undefined ? all : Number(bits)
  if (version === 0 || length > all)
    throw new TrustedProxyError(
      `"${text}" is no address such as 10.0.0.5, no network such as fd00::/8, and no user such as user:www-data`,
    )
  if (isLoopbackAddress(address))
    throw new TrustedProxyError(
      `"${text}" is an address that every user of this machine has; name the user that the proxy runs as, such as user:www-data`,
    )
  networks.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
}

const isIn = (networks: BlockList, address: string | undefined): address is string => {
  const version = isIP(address ?? '')
  return version !== 0 && networks.check(address as string, version === 6 ? 'ipv6' : 'ipv4')
}

// Asked each time: a machine gets addresses while the app runs.
const isOfThisMachine = (address: string): boolean => isOwnAddress(canonicalIp(address) ?? address)
