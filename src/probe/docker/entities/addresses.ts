import { type AddressScope, addressId, containerNodeId } from '../../../report/ids.ts'
import type { Address } from '../../../report/schema.ts'
import type { ContainerMessage, NetworkMessage } from '../daemon/messages.ts'
import { addressesOf } from './container-node.ts'

const MAX_OWNERS = 64

/**
 * The container whose network (or pid namespace) a container uses: itself, or the one that `container:<id>` refers to,
 * directly or through others.
 *
 * @param containerOf finds a container by its full id or name
 */
export const namespaceOwnerOf = (
  container: ContainerMessage,
  mode: 'NetworkMode' | 'PidMode',
  containerOf: (reference: string) => ContainerMessage | undefined,
): ContainerMessage => {
  let owner = container
  // Limits the steps, since references may form a cycle.
  for (let hops = 0; hops < 8; hops++) {
    const reference = /^container:(.+)$/.exec(owner.HostConfig[mode])?.[1]
    const next = reference === undefined ? undefined : containerOf(reference)
    if (next === undefined || next === container) return owner
    owner = next
  }
  return owner
}

/** The container whose network a container uses, see {@link namespaceOwnerOf}. */
export const networkOwnerOf = (
  container: ContainerMessage,
  containerOf: (reference: string) => ContainerMessage | undefined,
): ContainerMessage => namespaceOwnerOf(container, 'NetworkMode', containerOf)

/**
 * The scope within which an address of a network is unique.
 *
 * @param hostId identifies the machine that the network's bridges belong to
 */
export const scopeOf = (
  network: NetworkMessage | undefined,
  networkId: string,
  hostId: string,
): AddressScope => {
  if (network === undefined || network.Driver === 'bridge') return { kind: 'host', hostId }
  // Such a network spans several machines.
  if (network.Driver === 'overlay' || network.Scope === 'swarm' || network.Scope === 'global')
    return { kind: 'network', networkId }
  // Weave Net's plugin says that its network is a local one, but gives each address once on all machines.
  if (network.Driver === 'weavemesh') return { kind: 'global' }
  // The address belongs to the machine's own network.
  if (network.Driver === 'macvlan' || network.Driver === 'ipvlan') return { kind: 'global' }
  return { kind: 'host', hostId }
}

/**
 * The addresses of running containers with their owners. Containers in the host's network own no address. When several
 * containers share a network, each of them owns its addresses.
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
