import { createSocket } from 'node:dgram'
import { isLoopbackUrl } from '../launch/app-urls.ts'

/** Addresses that nobody has (RFC 5737, RFC 3849), by which the kernel tells from which address this machine would send to others. */
const ELSEWHERE = { udp4: '192.0.2.1', udp6: '2001:db8::1' } as const

/**
 * The addresses by which this machine speaks to machines of other networks, by its routes: IPv4 first. Nothing is sent.
 *
 * @returns none where it has no route to them
 */
export const outwardAddresses = async (): Promise<string[]> =>
  (await Promise.all((['udp4', 'udp6'] as const).map(sourceAddress))).filter(
    (address) => address !== undefined,
  )

const sourceAddress = (type: 'udp4' | 'udp6'): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket(type)
    const end = (address?: string): void => {
      resolve(address)
      socket.close()
    }
    socket.once('error', () => end())
    socket.connect(9, ELSEWHERE[type], () => end(socket.address().address))
  })

/**
 * Those of the app's URLs by which other machines may reach it, the likeliest first: that of an address by which the
 * machine speaks to others, and last those of bridges that Docker has made, whose addresses every machine has for itself.
 *
 * @param urls of the app on this machine
 * @param outward see {@link outwardAddresses}
 * @param bridged addresses of Docker's bridges
 */
export const reachableUrls = (
  urls: readonly string[],
  outward: readonly string[],
  bridged: readonly string[],
): string[] => {
  const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')
  const rank = (url: string): number => {
    const index = outward.indexOf(hostOf(url))
    if (index >= 0) return index
    return outward.length + (bridged.includes(hostOf(url)) ? 1 : 0)
  }
  return urls.filter((url) => !isLoopbackUrl(url)).sort((one, other) => rank(one) - rank(other))
}
