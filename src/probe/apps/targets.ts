import { hostname, networkInterfaces } from 'node:os'
import { isLoopback } from '../../report/address/ip.ts'

/** The address in the URL of an app as people write it, `10.0.0.5:4040`: the name under which its key is known. */
export const targetOf = (url: string): string => {
  const { protocol, hostname: host, port } = new URL(url)
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`
}

/** True when the host in a URL is this machine: loopback, one of its addresses, or its name. */
export const isThisMachine = (url: string): boolean => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return (
    host === 'localhost' ||
    host === hostname().toLowerCase() ||
    isLoopback(host) ||
    Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host))
  )
}
