import { isLinkLocal, isLoopback } from '../../../report/address/ip.ts'
import type { SocketTuple } from '../sources/events.ts'

/** True for an address that means something else in each network namespace. */
export const isScoped = (ip: string): boolean => isLoopback(ip) || isLinkLocal(ip)

/**
 * Names a pair of addresses and ports. Loopback stays within its namespace; link-local addresses do not, since the link may
 * join two of them, and on two links alike the ports tell the connections apart.
 */
export const tupleKey = (
  netns: number,
  ip: string,
  port: number,
  otherIp: string,
  otherPort: number,
): string =>
  isLoopback(ip) || isLoopback(otherIp)
    ? `${netns}|${ip}|${port}|${otherIp}|${otherPort}`
    : `${ip}|${port}|${otherIp}|${otherPort}`

/** Key of a socket. */
export const ownKey = (s: SocketTuple): string =>
  tupleKey(s.netns, s.localIp, s.localPort, s.remoteIp, s.remotePort)

/** Key of the socket at the other end, where no address is translated on the way. */
export const peerKey = (s: SocketTuple): string =>
  tupleKey(s.netns, s.remoteIp, s.remotePort, s.localIp, s.localPort)
