import { prefixOf } from '../../report/ip.ts'

/**
 * What stands for one other end where something is bounded for each: its IPv4 address, or the /64 around its IPv6 address, of
 * which one machine may have any number.
 *
 * @param remoteAddress of a socket; undefined once that is closed
 */
export const addressKey = (remoteAddress: string | undefined): string =>
  prefixOf(remoteAddress ?? '', 32, 64) ?? ''
