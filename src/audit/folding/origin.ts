import type { AuditEntry } from '../../api/types.ts'
import { prefixOf } from '../../report/address/ip.ts'

/** How an entry tells where those came from that it stands for, when that is more than one network. */
export const SEVERAL_ADDRESSES = 'several addresses'

/**
 * The network that an entry came from, such as `10.0.0.0/24`; what it tells itself where that is no address alone, as on this machine
 * (`127.0.0.1 uid 1000`).
 *
 * @param v4Bits length of the prefix of an IPv4 address
 */
export const networkOf = ({ from }: AuditEntry, v4Bits: number): string =>
  prefixOf(from, v4Bits, V6_BITS) ?? from

/** One machine can use a whole /64. */
const V6_BITS = 64
