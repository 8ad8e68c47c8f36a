import { networkInterfaces } from 'node:os'
import { canonicalIp, isLoopback } from '../report/address/ip.ts'

let known: ReadonlySet<string> | undefined

/** Those of the interfaces, which come and go: they are asked for once in what is done without a pause, however often it asks. */
const ownAddresses = (): ReadonlySet<string> => {
  if (known !== undefined) return known
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  known = new Set(all.map(({ address }) => canonicalIp(address) ?? address))
  queueMicrotask(() => {
    known = undefined
  })
  return known
}

/** True when an IP address is of this machine: loopback, or one of its interfaces. */
export const isOwnAddress = (address: string): boolean => isLoopback(address) || ownAddresses().has(address)
