import { BlockList } from 'node:net'
import { ipVersion } from '../../../report/address/ip-version.ts'
import type { AddressScope } from '../../../report/ids.ts'
import type { NetworkMessage } from '../daemon/messages.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { scopeOf } from './addresses.ts'
import { addressesOf } from './container-node.ts'

type ScopeOf = (ip: string) => AddressScope | undefined

/** How many answers are cached for one version of the inventory. */
const MAX_ANSWERS = 10_000

const family = (ip: string): 'ipv4' | 'ipv6' => (ipVersion(ip) === 6 ? 'ipv6' : 'ipv4')

const subnetsOf = (networks: Iterable<NetworkMessage>): BlockList => {
  const list = new BlockList()
  for (const { Driver, IPAM } of networks) {
    if (Driver !== 'bridge') continue
    for (const { Subnet } of IPAM?.Config ?? []) {
      const [base = '', bits = ''] = Subnet.split('/')
      if (ipVersion(base) !== undefined && /^\d{1,3}$/.test(bits))
        list.addSubnet(base, Number(bits), family(base))
    }
  }
  return list
}

/**
 * Creates a lookup of the scope of an address in the container networks. For bridges, any address of the subnet is
 * found, including those of containers that are gone. For other networks, only addresses in use are found, since a
 * host's own network may use the same addresses.
 */
export const scopesOf = (): ((inventory: Inventory | undefined, hostId: string) => ScopeOf) => {
  let version: number | undefined
  let answers = new Map<string, AddressScope | undefined>()
  let bridges = new BlockList()
  let others = new Map<string, AddressScope>()

  return (inventory, hostId) => {
    if (inventory === undefined) return () => undefined
    if (version !== inventory.version()) {
      version = inventory.version()
      answers = new Map()
      bridges = subnetsOf(inventory.networks.values())
      others = new Map(
        [...inventory.containers.values()].flatMap(addressesOf).flatMap(({ ip, networkId }) => {
          const network = inventory.networks.get(networkId)
          return network === undefined || network.Driver === 'bridge'
            ? []
            : [[ip, scopeOf(network, networkId, hostId)]]
        }),
      )
    }
    return (ip) => {
      if (answers.has(ip)) return answers.get(ip)
      const answer: AddressScope | undefined = bridges.check(ip, family(ip))
        ? { kind: 'host', hostId }
        : others.get(ip)
      if (answers.size >= MAX_ANSWERS) answers.clear()
      answers.set(ip, answer)
      return answer
    }
  }
}
