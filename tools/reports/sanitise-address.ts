import { canonicalIp, isLinkLocal, isPublic, isPublicNetwork, prefixOf } from '../../src/report/address/ip.ts'
import { ipVersion } from '../../src/report/address/ip-version.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Networks for documentation, which nobody has. */
const V4_NETWORKS = ['203.0.113', '198.51.100', '192.0.2']
const HOSTS = 254

const documentationV4 = (n: number): string => {
  const network = V4_NETWORKS[Math.floor((n - 1) / HOSTS)]
  if (network === undefined)
    throw new Error(
      `more than ${V4_NETWORKS.length * HOSTS} public IPv4 addresses: keep fewer nodes of the report`,
    )
  return `${network}.${((n - 1) % HOSTS) + 1}`
}

/**
 * Another address of the same kind: public ones become documentation addresses, and the second half of a link-local IPv6
 * address, which tells of the network card, a number. All others (private, loopback) say nothing of the machine and stay.
 */
export const sanitiseIp = (ip: string, pseudonyms: Pseudonyms): string => {
  const canonical = canonicalIp(ip)
  if (canonical === undefined) return pseudonyms.of('address', ip)
  if (isPublic(canonical))
    return ipVersion(canonical) === 4
      ? pseudonyms.of('public-v4', canonical, documentationV4)
      : pseudonyms.of('public-v6', canonical, (n) => `2001:db8::${n.toString(16)}`)
  if (isLinkLocal(canonical) && ipVersion(canonical) === 6)
    return pseudonyms.of('link-local', canonical, (n) => `fe80::${n.toString(16)}`)
  return canonical
}

/** A network such as `10.0.0.0/8`; a public one becomes another of the same length. What has no length is an address. */
export const sanitiseNetwork = (network: string, pseudonyms: Pseudonyms): string => {
  const [ip = '', bits] = network.split('/')
  const canonical = canonicalIp(ip)
  const length = Number(bits)
  if (bits === undefined || canonical === undefined || !isPublicNetwork(canonical, length))
    return `${sanitiseIp(ip, pseudonyms)}${bits === undefined ? '' : `/${bits}`}`
  const make = ipVersion(canonical) === 4 ? publicV4 : publicV6
  return pseudonyms.of(`public-network-${length}`, canonical, (n) => make(n, length))
}

/** The nth network of this length from the one of 203.0.113.0 on, which is for documentation. */
const publicV4 = (n: number, bits: number): string => {
  const documentation = 203 * 2 ** 24 + 113 * 2 ** 8
  const first = documentation + (n - 1) * 2 ** (32 - bits)
  return prefixOf([24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join('.'), bits, 128) ?? ''
}

/** The nth network of this length in the one for documentation, as far as there are so many. */
const publicV6 = (n: number, bits: number): string =>
  prefixOf(`2001:db8:${(n << Math.max(0, 48 - bits)).toString(16)}::`, 32, bits) ?? ''

/** `0.0.0.0:80`, `[::1]:5432`, `0.0.0.0:8080->80/tcp`, `443/tcp`. */
export const sanitiseListener = (text: string, pseudonyms: Pseudonyms): string => {
  const [, v6, v4, rest = ''] = /^(?:\[([^\]]*)\]|([\d.]+)(?=:))?(.*)$/.exec(text) ?? []
  if (v6 !== undefined) return `[${sanitiseIp(v6, pseudonyms)}]${rest}`
  return v4 === undefined ? rest : `${sanitiseIp(v4, pseudonyms)}${rest}`
}
