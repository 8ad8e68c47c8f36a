import { isLinkLocal, isLoopback, isUnspecified } from '../../../report/address/ip.ts'

/** Which kinds of addresses this machine has itself, beyond loopback and link-local ones. */
export interface OwnFamilies {
  readonly ipv4: boolean
  readonly ipv6: boolean
}

/** @param addresses of the machine's interfaces */
export const familiesOf = (addresses: readonly string[]): OwnFamilies => {
  const far = addresses.filter((address) => !isLoopback(address) && !isLinkLocal(address))
  return {
    ipv4: far.some((address) => !address.includes(':')),
    ipv6: far.some((address) => address.includes(':')),
  }
}

const isMulticast = (address: string): boolean =>
  /^(22[4-9]|23\d)\./.test(address) || address.startsWith('ff') || address === '255.255.255.255'

// An address of fe80::/10 means nothing without an interface, which DNS cannot tell.
const canBeDialled = (address: string): boolean =>
  !isUnspecified(address) && !isMulticast(address) && !(isLinkLocal(address) && address.includes(':'))

/**
 * Those of the addresses of a name that can be dialled from this machine. Addresses of a family that the machine has no
 * address of are left out while there are others, as getaddrinfo(3) does (AI_ADDRCONFIG): nearly every name with an IPv6
 * address also has an IPv4 address, of the same app.
 *
 * @param told in canonical form
 */
export const usableAddresses = (told: readonly string[], own: OwnFamilies): string[] => {
  const all = told.filter(canBeDialled)
  const near = all.filter((address) => isLoopback(address) || (address.includes(':') ? own.ipv6 : own.ipv4))
  return near.length > 0 ? near : all
}
