import { isDeepStrictEqual } from 'node:util'
import type { Address, ReportNode } from '../../../report/schema.ts'
import type { ContainerMessage } from '../daemon/messages.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { containerAddresses, namespaceOwnerOf, networkOwnerOf, scopeOf } from './addresses.ts'
import { addressesOf, containerNode } from './container-node.ts'
import { imageNode } from './image-node.ts'

/** The daemon and host that the containers belong to. */
export interface DaemonOwner {
  readonly hostId: string
  /** The daemon's own id; stands for its machine when that is not this host. */
  readonly daemonId: string
  readonly local: boolean
}

/** Nodes and addresses of an inventory. */
export interface DockerEntities {
  readonly nodes: readonly ReportNode[]
  readonly addresses: readonly Address[]
}

const nothing: DockerEntities = { nodes: [], addresses: [] }

/**
 * Creates a function that makes the nodes and addresses of an inventory. They are made again only when the inventory
 * changed, and a node that did not change stays the same object.
 *
 * @param redact formats a container's command for display
 * @param sockets paths by which the host is commanded, besides the usual sockets, see `Powers`
 */
export const contributionOf = (
  redact: (argv: readonly string[]) => string,
  sockets: readonly string[] = [],
): ((inventory: Inventory | undefined, owner: DaemonOwner) => DockerEntities) => {
  let madeOf = ''
  let made = nothing
  let nodes = new Map<string, ReportNode>()

  return (inventory, owner) => {
    if (inventory === undefined) return nothing
    const key = `${inventory.version()} ${owner.local} ${owner.daemonId}`
    if (key === madeOf) return made
    madeOf = key
    const { containers, images, networks } = inventory
    const byName = new Map([...containers.values()].map((container) => [container.Name, container]))
    const containerOf = (reference: string): ContainerMessage | undefined =>
      containers.get(reference) ?? byName.get(`/${reference}`)
    const hostId = owner.local ? owner.hostId : undefined
    const nodeOf = (container: ContainerMessage, networkOwner: ContainerMessage): ReportNode =>
      containerNode(container, {
        hostId,
        image: images.get(container.Image),
        networkOwner,
        pidOwner: namespaceOwnerOf(container, 'PidMode', containerOf),
        sockets,
        isOnLan: addressesOf(networkOwner).some(
          ({ networkId }) => scopeOf(networks.get(networkId), networkId, owner.hostId).kind === 'global',
        ),
        oomKills: inventory.oomKills(container.Id),
        redact,
      })
    const fresh = [
      ...[...containers.values()].map((container) =>
        nodeOf(container, networkOwnerOf(container, containerOf)),
      ),
      ...[...images.values()].map((image) => imageNode(image, hostId)),
    ]
    nodes = new Map(
      fresh.map((node) => {
        const before = nodes.get(node.id)
        return [node.id, before !== undefined && isDeepStrictEqual(before, node) ? before : node]
      }),
    )
    const scopeHost = owner.local ? owner.hostId : `docker:${owner.daemonId}`
    made = {
      nodes: [...nodes.values()],
      addresses: containerAddresses(containers.values(), networks, containerOf, scopeHost),
    }
    return made
  }
}
