import { existsSync, readdirSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { join } from 'node:path'
import type { InterfaceAddress } from './addresses.ts'

const entriesOf = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    // Not a bridge, gone meanwhile, or no sysfs: nothing is known to be joined.
    return []
  }
}

// A network card, a bond, or something on top of another interface (VLAN, tunnel); ends of virtual pairs and taps are neither.
const leadsOut = (device: string): boolean =>
  existsSync(join(device, 'device')) ||
  existsSync(join(device, 'bonding')) ||
  entriesOf(device).some((entry) => entry.startsWith('lower_'))

const isInternalBridge = (device: string): boolean =>
  existsSync(join(device, 'bridge')) &&
  !entriesOf(join(device, 'brif')).some((port) => leadsOut(join(device, '..', port)))

/**
 * The addresses of network interfaces, with those of bridges marked that join only containers or virtual machines of
 * this host, as Docker and libvirt make them.
 *
 * @param netRoot directory with one entry for each interface, normally `/sys/class/net`
 */
export const interfaceAddresses = (
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>,
  netRoot: string,
): InterfaceAddress[] =>
  Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const withinHost = isInternalBridge(join(netRoot, name))
    return infos.map(({ address, family, cidr }) => ({
      address,
      prefixBits: Number(cidr?.split('/')[1] ?? (family === 'IPv4' ? 32 : 128)),
      withinHost,
    }))
  })
