import { prefixOf } from '../../report/address/ip.ts'
import { isLoopbackAddress } from '../access/loopback.ts'

/**
 * The key by which per-client limits count: the client's IPv4 address, or the /64 of its IPv6 address, since one
 * machine can use a whole /64. All of loopback is one: whoever is on the machine can use each of its 16 million addresses.
 *
 * @param remoteAddress of a socket; undefined once that is closed
 */
export const addressKey = (remoteAddress: string | undefined): string =>
  isLoopbackAddress(remoteAddress) ? 'loopback' : (prefixOf(remoteAddress ?? '', 32, 64) ?? '')

/**
 * The per-address limit for a client. Loopback gets twice as much, because a proxy on this machine may stand for many
 * clients.
 */
export const boundOf = (perAddress: number, remoteAddress: string | undefined): number =>
  (isLoopbackAddress(remoteAddress) ? 2 : 1) * perAddress
