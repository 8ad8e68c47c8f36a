import { networkInterfaces } from 'node:os'
import { canonicalIp, isLoopback } from '../report/address/ip.ts'

/** True when an IP address is of this machine: loopback, or one of its interfaces. */
export const isOwnAddress = (address: string): boolean =>
  isLoopback(address) ||
  Object.values(networkInterfaces()).some((all) => all?.some((own) => canonicalIp(own.address) === address))
