import { canonicalIp } from '../../../report/address/ip.ts'

/**
 * The addresses that a hosts file has for a name.
 *
 * @param text of `/etc/hosts`, see hosts(5)
 * @param name in lower case
 */
export const addressesInHosts = (text: string, name: string): string[] => {
  const addresses = new Set<string>()
  for (const line of text.split('\n')) {
    const [ip = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/)
    const address = canonicalIp(ip)
    if (address !== undefined && names.some((one) => one.toLowerCase() === name)) addresses.add(address)
  }
  return [...addresses]
}
