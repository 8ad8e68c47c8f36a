import { type AddressScope, addressId, containerNodeId } from '../../../report/ids.ts'
import type { Address } from '../../../report/schema.ts'
import type { ContainerMessage, NetworkMessage } from '../daemon/messages.ts'
import { addressesOf } from './container-node.ts'

const MAX_OWNERS = 64

/**
 * The container whose network a container uses: itself, or what `container:<id>` leads to.
 *
 * @param containerOf by full id or name
 */
export const networkOwnerOf = (
  container: ContainerMessage,
  containerOf: (reference: string) => ContainerMessage | undefined,
): ContainerMessage => {
  let owner = container
  // whoever leads round in a circle is left where they are
  for (let hops = 0; hops < 8; hops++) {
    const reference = /^container:(.+)$/.exec(owner.HostConfig.NetworkMode)?.[1]
    const next = reference === undefined ? undefined : containerOf(reference)
    if (next === undefined || next === container) return owner
    owner = next
  }
  return owner
}

/**
 * How far an address in a network means the same thing.
 *
 * @param hostId names the machine whose bridges these are
 */
export const scopeOf = (
  network: NetworkMessage | undefined,
  networkId: string,
  hostId: string,
): AddressScope => {
  if (network === undefined || network.Driver === 'bridge') return { kind: 'host', hostId }
  // one network over several machines
  if (network.Driver === 'overlay' || network.Scope === 'swarm' || network.Scope === 'global')
    return { kind: 'network', networkId }
  // an address of the machine's own network
  if (network.Driver === 'macvlan' || network.Driver === 'ipvlan') return { kind: 'global' }
  return { kind: 'host', hostId }
}

/**
 * The address book of running containers. Containers in the host's network own no address; those that share a network
 * are all owners of its addresses.
 */
export const containerAddresses = (
  containers: Iterable<ContainerMessage>,
  networks: ReadonlyMap<string, NetworkMessage>,
  containerOf: (reference: string) => ContainerMessage | undefined,
  hostId: string,
): Address[] => {
  const found = new Map<string, Omit<Address, 'owners'> & { owners: string[] }>()
  for (const container of containers) {
    if (!container.State.Running) continue
    for (const { ip, networkId } of addressesOf(networkOwnerOf(container, containerOf))) {
      const scope = scopeOf(networks.get(networkId), networkId, hostId)
      const id = addressId(scope, ip)
      const address = found.get(id) ?? { id, ip, scope: scope.kind, owners: [] }
      if (address.owners.length < MAX_OWNERS) address.owners.push(containerNodeId(container.Id))
      found.set(id, address)
    }
  }
  return [...found.values()]
}
