import { isPrivate } from '../../report/address/ip.ts'
import { addressId } from '../../report/ids.ts'
import type { Address, ReportNode } from '../../report/schema.ts'
import { isRunningContainer } from '../reports/container-state.ts'
import type { PublishedPort } from '../reports/published-ports.ts'
import { parentsOf, type ReportIndex } from '../reports/report-index.ts'
import type { NodeRef } from './flow.ts'

/** Who holds which address, over all reports. Rule 7 of the model. */
export interface Owners {
  /**
   * The containers and hosts that hold an address, as seen from where a report was made: its own word goes first, then
   * that of others, who can only speak of the same scope. Several = several claim it. Of a host and its own containers
   * that share its network, the host.
   */
  of(address: Address, from: ReportIndex): readonly NodeRef[]
  /** The same for a server's address and port, where a published port leads on into its container. */
  ofPort(address: Address, port: number, from: ReportIndex): readonly NodeRef[]
  /** The published port behind a host's address and port. */
  published(address: Address, port: number, from: ReportIndex): (PublishedPort & NodeRef) | undefined
  /**
   * Where an address is that several hosts say they hold: with the asking one, when it is among them, else nobody knows
   * (undefined). Of an address that at most one holds, its id. Equal answers, same place.
   */
  placeOf(address: Address, from: ReportIndex): string | undefined
  /** The one host that holds the address. */
  hostOf(address: Address, from: ReportIndex): ReportIndex | undefined
}

/** Who holds which address, by the address books of these reports. */
export const ownersIn = (indexes: readonly ReportIndex[]): Owners => {
  const byAddress = new Map<string, NodeRef[]>()
  for (const index of indexes) {
    for (const [address, refs] of ownedIn(index)) {
      const others = byAddress.get(address)
      byAddress.set(address, others ? [...others, ...refs] : [...refs])
    }
  }

  const of = (address: Address, from: ReportIndex): readonly NodeRef[] => {
    const near = ownedIn(from)
    const own = near.get(address.id) ?? behindSameHost(near, address, from)
    return own ?? byAddress.get(address.id) ?? []
  }

  const contested = new Map<string, ReadonlySet<string>>()
  for (const [id, refs] of byAddress) {
    if (refs.every(({ at }) => at === refs[0]?.at)) continue
    const hosts = new Set(refs.map(({ at }) => at.hostNode))
    if (hosts.size > 1) contested.set(id, hosts)
  }

  const placeOf = ({ id }: Address, from: ReportIndex): string | undefined => {
    const hosts = contested.get(id)
    if (hosts === undefined) return id
    return hosts.has(from.hostNode) ? `${from.hostNode} ${id}` : undefined
  }

  const hostOf = (address: Address, from: ReportIndex): ReportIndex | undefined => {
    const [owner, ...others] = of(address, from)
    return owner && others.length === 0 && owner.id === owner.at.hostNode ? owner.at : undefined
  }

  const published = (address: Address, port: number, from: ReportIndex) => {
    const at = hostOf(address, from)
    const matches = at?.published.get(port)?.filter(({ ip }) => ip === undefined || ip === address.ip)
    const found = matches?.find(({ ip }) => ip !== undefined) ?? matches?.[0]
    return at && found && { ...found, id: found.container.id, at }
  }

  const ofPort = (address: Address, port: number, from: ReportIndex): readonly NodeRef[] => {
    const behind = published(address, port, from)
    return behind ? [behind] : of(address, from)
  }

  return { of, ofPort, published, placeOf, hostOf }
}

/** A private address that looks global from within a container may be one of a network of its host. */
const behindSameHost = (
  near: ReadonlyMap<string, readonly NodeRef[]>,
  address: Address,
  from: ReportIndex,
): readonly NodeRef[] | undefined =>
  address.scope === 'global' && isPrivate(address.ip)
    ? near.get(addressId({ kind: 'host', hostId: from.report.host.id }, address.ip))
    : undefined

const remembered = new WeakMap<ReportIndex, ReadonlyMap<string, readonly NodeRef[]>>()

const ownedIn = (index: ReportIndex): ReadonlyMap<string, readonly NodeRef[]> => {
  const known = remembered.get(index)
  if (known) return known
  const owned = new Map<string, readonly NodeRef[]>()
  const hostsOf = hostsIn(index)
  for (const { id, owners = [] } of index.report.addresses) {
    const refs = liveOwners(index, owners, hostsOf)
    if (refs.length > 0) owned.set(id, refs)
  }
  remembered.set(index, owned)
  return owned
}

type HostsOf = (node: ReportNode) => readonly ReportNode[]

/** A node may be named as the owner of any number of addresses, and its hosts are looked up once. */
const hostsIn = (index: ReportIndex): HostsOf => {
  const found = new Map<ReportNode, readonly ReportNode[]>()
  return (node) => {
    const known = found.get(node)
    if (known) return known
    const hosts = parentsOf(index, node, 'host')
    found.set(node, hosts)
    return hosts
  }
}

const liveOwners = (index: ReportIndex, ids: readonly string[], hostsOf: HostsOf): NodeRef[] => {
  const nodes = [...new Set(ids)].flatMap((id) => index.nodes.get(id) ?? [])
  const live = nodes.filter((node) => node.topology !== 'container' || isRunningContainer(node))
  const hosts = new Set(live.filter((node) => node.topology === 'host'))
  const kept = live.filter(
    (node) => hosts.has(node) || hosts.size === 0 || !hostsOf(node).some((host) => hosts.has(host)),
  )
  return kept.map(({ id }) => ({ id, at: index }))
}
