import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6')

/** True for 127.0.0.0/8, ::1 and IPv4-mapped 127.0.0.0/8. */
export const isLoopbackAddress = (address: string | undefined): boolean => {
  const version = address === undefined ? 0 : isIP(address)
  return version !== 0 && loopback.check(address as string, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether a connection certainly comes from this machine: over loopback, or from the very address that it goes to. What a machine sends
 * to an address of its own does not leave it, and nobody else can have a connection from there.
 */
export const isFromHere = (remoteAddress: string | undefined, localAddress: string | undefined): boolean =>
  isLoopbackAddress(remoteAddress) || (remoteAddress !== undefined && remoteAddress === localAddress)

const HOST = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[^:[\]]+))(?::\d{1,5})?$/i

/** Name or address in a `Host` header, without port and brackets; undefined when there is none, or it is malformed. */
export const hostNameOf = (host: string | undefined): string | undefined => {
  const parts = HOST.exec(host ?? '')?.groups
  return parts?.ipv6 ?? parts?.name
}

/**
 * True when a `Host` header is a loopback name: `localhost`, 127.0.0.0/8 or [::1], with any port. Other spellings of
 * these addresses are not accepted.
 */
export const isLoopbackHost = (host: string | undefined): boolean => {
  const name = hostNameOf(host)
  return name?.toLowerCase() === 'localhost' || isLoopbackAddress(name)
}
