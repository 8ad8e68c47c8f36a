import { isLinkLocal, isLoopback } from '../../../report/address/ip.ts'
import type { SocketTuple } from '../sources/events.ts'

/** True for an address that has a different meaning in each network namespace: loopback and link-local. */
export const isScoped = (ip: string): boolean => isLoopback(ip) || isLinkLocal(ip)

/**
 * A key for a pair of addresses and ports. It contains the namespace only for loopback, which never leaves it.
 * Link-local connections may cross from one namespace to another over a link; when two links use the same addresses,
 * the ports tell their connections apart.
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

/** Key of the socket at the other end, provided that no address is translated on the way. */
export const peerKey = (s: SocketTuple): string =>
  tupleKey(s.netns, s.remoteIp, s.remotePort, s.localIp, s.localPort)
