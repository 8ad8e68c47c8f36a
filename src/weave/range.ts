import { BlockList, isIPv4 } from 'node:net'

/**
 * A test of whether an IPv4 address is in the range from which a Weave network gives addresses.
 *
 * @param cidr `10.32.0.0/12`; nothing is in what is no IPv4 range, or in one wider than /8
 */
export const rangeTest = (cidr: string): ((ip: string) => boolean) => {
  const { first = '', bits = '' } = /^(?<first>[\d.]+)\/(?<bits>\d{1,2})$/.exec(cidr)?.groups ?? {}
  if (!isIPv4(first) || Number(bits) < 8 || Number(bits) > 32) return () => false
  const range = new BlockList()
  range.addSubnet(first, Number(bits))
  return (ip) => isIPv4(ip) && range.check(ip)
}
