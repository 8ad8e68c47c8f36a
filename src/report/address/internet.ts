import ipaddr from 'ipaddr.js'

type Ip = ipaddr.IPv4 | ipaddr.IPv6
type Cidr = readonly [network: Ip, bits: number]

/** Special-purpose ranges (names of ipaddr.js) that are nevertheless reached over the Internet. */
const GLOBAL_RANGES: ReadonlySet<string> = new Set([
  'as112',
  'as112v6',
  'amt',
  '6to4',
  'teredo',
  'orchid2',
  'droneRemoteIdProtocolEntityTags',
])

/**
 * Documentation ranges, which are assigned to nobody. They count as public so that examples, demos and tests look
 * realistic.
 */
const DOCUMENTATION: readonly Cidr[] = [
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001:db8::/32',
  '3fff::/20',
].map((cidr) => ipaddr.parseCIDR(cidr))

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

const isV4 = (ip: Ip): ip is ipaddr.IPv4 => ip.kind() === 'ipv4'

/** True when an address is reached over the Internet; see `isPublic` in `ip.ts`. */
export const isOnInternet = (ip: Ip): boolean => {
  if (DOCUMENTATION.some(([network, bits]) => network.kind() === ip.kind() && ip.match(network, bits)))
    return true
  const range: string = ip.range()
  if (GLOBAL_RANGES.has(range)) return true
  if (isV4(ip)) return range === 'unicast'
  if (ip.match(NAT64)) return isOnInternet(new ipaddr.IPv4(ip.toByteArray().slice(12)))
  return range === 'unicast' && ip.match(GLOBAL_UNICAST)
}

const numberOf = (ip: Ip): bigint =>
  ip.toByteArray().reduce((number, byte) => number * 256n + BigInt(byte), 0n)

const widthOf = (ip: Ip): number => (isV4(ip) ? 32 : 128)

const ipOf = (number: bigint, width: number): Ip =>
  ipaddr.fromByteArray(
    Array.from({ length: width / 8 }, (_, i) => Number((number >> BigInt(width - 8 * (i + 1))) & 255n)),
  )

/** Special ranges as `ipaddr.js` stores them: one range per name, or several. */
type Special = Readonly<Record<string, Cidr | readonly Cidr[]>>

const specialRanges = (family: typeof ipaddr.IPv4 | typeof ipaddr.IPv6): Cidr[] => {
  const { SpecialRanges } = family.prototype as unknown as { readonly SpecialRanges: Special }
  return Object.values(SpecialRanges).flatMap((ranges) =>
    Array.isArray(ranges[0]) ? (ranges as readonly Cidr[]) : [ranges as Cidr],
  )
}

interface Boundary {
  readonly value: bigint
  /** Whether the addresses from here to the next boundary are reached over the Internet. */
  readonly onInternet: boolean
}

/** The addresses at which a special range starts or ends, as numbers. */
const boundariesOf = (ranges: readonly Cidr[], width: number): Boundary[] =>
  ranges
    .flatMap(([network, bits]) => {
      const first = numberOf(network)
      return [first, first + (1n << BigInt(width - bits))]
    })
    .filter((value) => value < 1n << BigInt(width))
    .map((value) => ({ value, onInternet: isOnInternet(ipOf(value, width)) }))

const v4Ranges: readonly Cidr[] = [
  ...specialRanges(ipaddr.IPv4),
  ...DOCUMENTATION.filter(([network]) => isV4(network)),
]

const asNat64 = ([network, bits]: Cidr): Cidr => [
  ipOf(numberOf(NAT64[0]) + numberOf(network), 128),
  NAT64[1] + bits,
]

const boundaries = {
  v4: boundariesOf(v4Ranges, 32),
  v6: boundariesOf(
    [
      ...specialRanges(ipaddr.IPv6),
      ...DOCUMENTATION.filter(([network]) => !isV4(network)),
      GLOBAL_UNICAST,
      NAT64,
      ...v4Ranges.map(asNat64),
    ],
    128,
  ),
}

/**
 * True when every address of a network is reached over the Internet. Only range boundaries are looked at, so the cost
 * does not depend on the size of the network.
 *
 * @param first first address of the network
 * @param bits prefix length, at most 32 or 128
 */
export const isNetworkOnInternet = (first: Ip, bits: number): boolean => {
  if (!isOnInternet(first)) return false
  const start = numberOf(first)
  const end = start + (1n << BigInt(Math.max(0, widthOf(first) - bits)))
  return boundaries[isV4(first) ? 'v4' : 'v6'].every(
    ({ value, onInternet }) => onInternet || value <= start || value >= end,
  )
}
