import { existsSync, readdirSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { basename, join } from 'node:path'
import type { InterfaceAddress } from './addresses.ts'

const entriesOf = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    // Not a bridge, removed meanwhile, or no sysfs: no ports are known.
    return []
  }
}

/** The end of a virtual pair whose other end Weave Net's router has, see net/bridge.go there. */
const WEAVE_PORT = 'vethwe-bridge'

// True for a network card, a bond, an interface on top of another (VLAN, tunnel), and a router's. False for taps and the
// ends of other virtual pairs.
const leadsOut = (device: string): boolean =>
  basename(device) === WEAVE_PORT ||
  existsSync(join(device, 'device')) ||
  existsSync(join(device, 'bonding')) ||
  entriesOf(device).some((entry) => entry.startsWith('lower_'))

const isInternalBridge = (device: string): boolean =>
  existsSync(join(device, 'bridge')) &&
  !entriesOf(join(device, 'brif')).some((port) => leadsOut(join(device, '..', port)))

/**
 * The devices through which packets are routed to a gateway.
 *
 * @param route content of `/proc/net/route`
 * @param route6 content of `/proc/net/ipv6_route`
 */
export const devicesWithGateway = (route: string, route6: string): ReadonlySet<string> => {
  const columns = (text: string) => text.split('\n').map((line) => line.trim().split(/\s+/))
  const isGateway = (hex: string | undefined): boolean => /^[0-9a-f]*[1-9a-f][0-9a-f]*$/i.test(hex ?? '')
  return new Set([
    ...columns(route).flatMap(([device, , gateway]) => (device && isGateway(gateway) ? [device] : [])),
    ...columns(route6).flatMap((row) => (isGateway(row[4]) ? [row[9] ?? ''] : [])),
  ])
}

/**
 * The addresses of network interfaces. Those of bridges that connect only containers or virtual machines of this host
 * (as Docker and libvirt create them) are marked.
 *
 * @param netRoot directory with one entry for each interface, normally `/sys/class/net`
 * @param withGateway devices that lead out whatever they look like, see {@link devicesWithGateway}
 */
export const interfaceAddresses = (
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>,
  netRoot: string,
  withGateway: ReadonlySet<string>,
): InterfaceAddress[] =>
  Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const withinHost = !withGateway.has(name) && isInternalBridge(join(netRoot, name))
    return infos.map(({ address, family, cidr }) => ({
      address,
      prefixBits: Number(cidr?.split('/')[1] ?? (family === 'IPv4' ? 32 : 128)),
      withinHost,
    }))
  })
