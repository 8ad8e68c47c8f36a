import { isPrivate, isPublic } from '../../report/address/ip.ts'
import { addressId } from '../../report/ids.ts'
import type { Address, ReportNode } from '../../report/schema.ts'
import { isRunningContainer } from '../reports/container-state.ts'
import type { PublishedPort } from '../reports/published-ports.ts'
import { parentsOf, type ReportIndex } from '../reports/report-index.ts'
import type { NodeRef } from './flow.ts'

/** Looks up which nodes hold an address, over all reports. */
export interface Owners {
  /**
   * The containers and hosts that hold an address, as seen from the report `from`. Its own address book is asked
   * first, then those of all reports; an address id includes its scope, so others only answer for the same scope.
   * Several results mean that several nodes claim the address. Of a host and its own containers that share its
   * network, only the host is returned. A public address that nobody holds on a network of its own may be that of a
   * container whose bridge is routed.
   */
  of(address: Address, from: ReportIndex): readonly NodeRef[]
  /** Whether any report names an owner of the address with this id. */
  isOwned(id: string): boolean
  /** Like `of`, but for a server's address and port: for a published port, the container behind it. */
  ofPort(address: Address, port: number, from: ReportIndex): readonly NodeRef[]
  /** The published port at an address and port of a host; undefined when there is none. */
  published(address: Address, port: number, from: ReportIndex): (PublishedPort & NodeRef) | undefined
  /**
   * Identifies the place that an address means; equal results mean the same place. It is the address id, unless
   * several hosts claim the address. Then it is the id qualified by the asking host, or undefined when the asking
   * host is not one of them, because it is unknown which one is meant.
   */
  placeOf(address: Address, from: ReportIndex): string | undefined
  /** The host that holds the address; undefined when a container or several nodes hold it, or nobody does. */
  hostOf(address: Address, from: ReportIndex): ReportIndex | undefined
}

/** Collects the owners of addresses from the address books of these reports. */
export const ownersIn = (indexes: readonly ReportIndex[]): Owners => {
  const byAddress = new Map<string, NodeRef[]>()
  const publicOnBridges = new Map<string, NodeRef[]>()
  for (const index of indexes) {
    for (const [address, refs] of ownedIn(index)) {
      const others = byAddress.get(address)
      byAddress.set(address, others ? [...others, ...refs] : [...refs])
    }
    for (const [ip, refs] of publicOnBridgesOf(index))
      publicOnBridges.set(ip, [...(publicOnBridges.get(ip) ?? []), ...refs])
  }

  const of = (address: Address, from: ReportIndex): readonly NodeRef[] => {
    const near = ownedIn(from)
    const own = near.get(address.id) ?? behindSameHost(near, address, from)
    const found = own ?? byAddress.get(address.id)
    if (found) return found
    return (address.scope === 'global' && publicOnBridges.get(address.ip)) || []
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

  return { of, isOwned: (id) => byAddress.has(id), ofPort, published, placeOf, hostOf }
}

/**
 * The owners of a private address that a container sees as global: it may belong to a network of the container's
 * host.
 */
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

const rememberedBridges = new WeakMap<ReportIndex, ReadonlyMap<string, readonly NodeRef[]>>()

/** Owners of public addresses within a bridge of this host, by address. */
const publicOnBridgesOf = (index: ReportIndex): ReadonlyMap<string, readonly NodeRef[]> => {
  const known = rememberedBridges.get(index)
  if (known) return known
  const owned = ownedIn(index)
  const found = new Map<string, readonly NodeRef[]>()
  for (const { id, ip, scope } of index.report.addresses) {
    const refs = scope === 'host' && isPublic(ip) ? owned.get(id) : undefined
    if (refs) found.set(ip, refs)
  }
  rememberedBridges.set(index, found)
  return found
}

type HostsOf = (node: ReportNode) => readonly ReportNode[]

/** Caches the hosts of a node, because one node may own many addresses. */
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
