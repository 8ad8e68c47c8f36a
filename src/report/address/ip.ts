import ipaddr from 'ipaddr.js'
import { isNetworkOnInternet, isOnInternet } from './internet.ts'
import { ipVersion } from './ip-version.ts'

interface Classified {
  readonly canonical: string
  readonly loopback: boolean
  readonly linkLocal: boolean
  readonly private: boolean
  readonly unspecified: boolean
  readonly public: boolean
}

// Enough for all addresses of a large report. The addresses of a fleet repeat from report to report, so nearly every
// question is answered from the cache.
const CACHE_SIZE = 65_536

const remembered = <T>(make: (key: string) => T, capacity = CACHE_SIZE): ((key: string) => T) => {
  const cache = new Map<string, T>()
  return (key) => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = make(key)
    if (cache.size >= capacity) cache.clear()
    cache.set(key, made)
    return made
  }
}

const parse = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null => {
  // First, since ipaddr.js also takes spellings that are none.
  if (ipVersion(text) === undefined) return null
  return ipaddr.process(text.split('%', 1)[0] ?? '')
}

const isV4 = (ip: ipaddr.IPv4 | ipaddr.IPv6): ip is ipaddr.IPv4 => ip.kind() === 'ipv4'

const textOf = (ip: ipaddr.IPv4 | ipaddr.IPv6): string => (isV4(ip) ? ip.toString() : ip.toRFC5952String())

const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'private',
  'carrierGradeNat',
  'linkLocal',
  'uniqueLocal',
  'deprecatedSiteLocal',
])

const classify = remembered((text: string): Classified | null => {
  const ip = parse(text)
  if (ip === null) return null
  const range: string = ip.range()
  const canonical = textOf(ip)
  return {
    canonical,
    loopback: range === 'loopback',
    linkLocal: range === 'linkLocal',
    private: PRIVATE_RANGES.has(range),
    unspecified: canonical === '0.0.0.0' || canonical === '::',
    public: isOnInternet(ip),
  }
})

/**
 * The canonical text of an address: IPv4 in four decimal parts; IPv6 in lower case and compressed (RFC 5952), without a
 * zone; IPv4-mapped IPv6 as IPv4.
 *
 * @returns undefined when the text is not an address
 */
export const canonicalIp = (text: string): string | undefined => classify(text)?.canonical

/** True for 127.0.0.0/8 and ::1. Like the functions below, false for a text that is not an address. */
export const isLoopback = (ip: string): boolean => classify(ip)?.loopback ?? false

/** True for 169.254.0.0/16 and fe80::/10. */
export const isLinkLocal = (ip: string): boolean => classify(ip)?.linkLocal ?? false

/**
 * True for addresses that are never routed on the Internet: RFC 1918, 100.64.0.0/10 (carrier-grade NAT), fc00::/7
 * (unique local), fec0::/10 (the former site local) and link-local. Loopback is not among them.
 */
export const isPrivate = (ip: string): boolean => classify(ip)?.private ?? false

/** True for 0.0.0.0 and ::, the "any address" of a listener. */
export const isUnspecified = (ip: string): boolean => classify(ip)?.unspecified ?? false

/**
 * True for addresses that are reached over the Internet. Private, loopback and multicast addresses, 0.0.0.0/8,
 * 240.0.0.0/4 and other reserved ranges are not. The documentation ranges, such as 203.0.113.0/24 and 2001:db8::/32,
 * count as public so that examples look realistic.
 */
export const isPublic = (ip: string): boolean => classify(ip)?.public ?? false

/**
 * True when every address of a network is public. 172.0.0.0/8 is not, because it contains 172.16.0.0/12, which is
 * private.
 *
 * @param ip the first address of the network
 * @param bits length of its prefix
 */
export const isPublicNetwork = (ip: string, bits: number): boolean => {
  const first = parse(ip)
  return first !== null && isNetworkOnInternet(first, bits)
}

const networkOf = (ip: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string => {
  const bytes = ip.toByteArray().map((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - 8 * i))
    return byte & (0xff << (8 - kept)) & 0xff
  })
  return `${textOf(ipaddr.fromByteArray(bytes))}/${bits}`
}

/**
 * True when an address is the first of its network: 10.1.0.0 is the first of a /16, 10.1.0.1 is not.
 *
 * @param bits prefix length; the result is false when it exceeds the length of the address
 */
export const isFirstOfNetwork = (ip: string, bits: number): boolean => {
  const first = parse(ip)
  if (first === null || bits > 8 * first.toByteArray().length) return false
  return networkOf(first, bits) === `${textOf(first)}/${bits}`
}

// Bounds the number of caches: each pair of prefix lengths has one, and lengths may come from a report.
const MAX_LENGTHS = 16

const prefixesOfLength = remembered((lengths: string) => {
  const [v4Bits = 32, v6Bits = 128] = lengths.split('/').map(Number)
  return remembered((text: string): string | null => {
    const ip = parse(text)
    return ip && networkOf(ip, isV4(ip) ? v4Bits : v6Bits)
  })
}, MAX_LENGTHS)

/**
 * The network of an address in CIDR notation, such as `10.1.2.0/24`.
 *
 * @param v4Bits prefix length for IPv4 (0 to 32)
 * @param v6Bits prefix length for IPv6 (0 to 128)
 * @returns undefined when the text is not an address
 */
export const prefixOf = (ip: string, v4Bits: number, v6Bits: number): string | undefined =>
  prefixesOfLength(`${v4Bits}/${v6Bits}`)(ip) ?? undefined

/**
 * The canonical text of an address in the kernel's binary form.
 *
 * @param bytes 4 or 16 bytes in network order
 * @throws Error for any other number of bytes
 */
export const ipOfBytes = (bytes: Uint8Array): string => {
  // Called for every connection event, nearly always with IPv4.
  if (bytes.length === 4) return bytes.join('.')
  const ip = ipaddr.fromByteArray([...bytes])
  return textOf(!isV4(ip) && ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip)
}
