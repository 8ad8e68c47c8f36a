import { prefixOf } from '../../report/address/ip.ts'
import { isLoopbackAddress } from '../access/loopback.ts'

/**
 * What stands for one other end where something is bounded for each: its IPv4 address, or the /64 around its IPv6 address, of
 * which one machine may have any number.
 *
 * @param remoteAddress of a socket; undefined once that is closed
 */
export const addressKey = (remoteAddress: string | undefined): string =>
  prefixOf(remoteAddress ?? '', 32, 64) ?? ''

/**
 * How much is granted where so much is granted to each address. This machine itself gets twice as much: a proxy may stand here,
 * behind which everybody is.
 */
export const boundOf = (perAddress: number, remoteAddress: string | undefined): number =>
  (isLoopbackAddress(remoteAddress) ? 2 : 1) * perAddress
