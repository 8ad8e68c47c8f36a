import { isIPv4 } from 'node:net'
import { isUnspecified } from '../../../report/address/ip.ts'

const PORT = 53

/** What {@link dnsServerOf} goes by. */
export interface OwnNetwork {
  /** IPv4 address of Docker's bridge, where weaveDNS listens unless it is told otherwise. */
  readonly dockerBridge: string | undefined
  /** Whether an address is of this machine. */
  readonly isOwn: (address: string) => boolean
}

/**
 * Where the weaveDNS of this machine is asked, as `IP:PORT`. An address of another machine is none.
 *
 * @param told by the router: `172.17.0.1:53`; old and new versions tell it, some between do not
 * @returns undefined when it is not known
 */
export const dnsServerOf = (
  told: string | null | undefined,
  { dockerBridge, isOwn }: OwnNetwork,
): string | undefined => {
  const { ip = '', port = '' } = /^(?<ip>[\d.]+):(?<port>\d{1,5})$/.exec(told ?? '')?.groups ?? {}
  const bridge = dockerBridge === undefined ? undefined : `${dockerBridge}:${PORT}`
  if (!isIPv4(ip) || Number(port) < 1 || Number(port) > 65_535) return bridge
  if (isUnspecified(ip)) return `${dockerBridge ?? '127.0.0.1'}:${port}`
  return isOwn(ip) ? `${ip}:${port}` : bridge
}
