import { isPrivate, isPublic } from '../../report/address/ip.ts'
import { addressId } from '../../report/ids.ts'
import type { Address, ReportNode } from '../../report/schema.ts'
import { isRunningContainer } from '../reports/container-state.ts'
import { compareIndexes, parentsOf, type ReportIndex } from '../reports/index/report-index.ts'
import type { PublishedPort } from '../reports/published-ports.ts'
import type { NodeRef } from './flow.ts'
import { completenessOf } from './report-flows.ts'

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

/** The owners of addresses, from the address books of a set of reports that may change. */
export class AddressOwners implements Owners {
  readonly #byAddress = new Map<string, NodeRef[]>()
  readonly #publicOnBridges = new Map<string, NodeRef[]>()
  /** The hosts that claim an address, where there are several. */
  readonly #contested = new Map<string, ReadonlySet<string>>()

  /**
   * Takes over what changed in reports.
   *
   * @returns ids of the addresses, and the public IP addresses, of which {@link Owners} may tell something else than before
   */
  change(changes: readonly IndexChange[]): ReadonlySet<string> {
    const moved = new Set<string>()
    for (const change of changes) {
      changeRefs(this.#byAddress, change, ownedIn, moved)
      changeRefs(this.#publicOnBridges, change, publicOnBridgesIn, moved)
    }
    for (const id of moved) this.#contest(id)
    return moved
  }

  of(address: Address, from: ReportIndex): readonly NodeRef[] {
    const near = ownedBy(from)
    const own = near.get(address.id) ?? behindSameHost(near, address, from)
    const found = own ?? this.#byAddress.get(address.id)
    if (found) return found
    return (address.scope === 'global' && this.#publicOnBridges.get(address.ip)) || []
  }

  isOwned(id: string): boolean {
    return this.#byAddress.has(id)
  }

  placeOf({ id }: Address, from: ReportIndex): string | undefined {
    const hosts = this.#contested.get(id)
    if (hosts === undefined) return id
    return hosts.has(from.hostNode) ? `${from.hostNode} ${id}` : undefined
  }

  hostOf(address: Address, from: ReportIndex): ReportIndex | undefined {
    const [owner, ...others] = this.of(address, from)
    return owner && others.length === 0 && owner.id === owner.at.hostNode ? owner.at : undefined
  }

  published(address: Address, port: number, from: ReportIndex): (PublishedPort & NodeRef) | undefined {
    const at = this.hostOf(address, from)
    const matches = at?.published.get(port)?.filter(({ ip }) => ip === undefined || ip === address.ip)
    const found = matches?.find(({ ip }) => ip !== undefined) ?? matches?.[0]
    return at && found && { ...found, id: found.container.id, at }
  }

  ofPort(address: Address, port: number, from: ReportIndex): readonly NodeRef[] {
    const behind = this.published(address, port, from)
    return behind ? [behind] : this.of(address, from)
  }

  #contest(id: string): void {
    const refs = this.#byAddress.get(id) ?? []
    const hosts = refs.length < 2 ? undefined : new Set(refs.map(({ at }) => at.hostNode))
    if (hosts !== undefined && hosts.size > 1) this.#contested.set(id, hosts)
    else this.#contested.delete(id)
  }
}

/** Collects the owners of addresses from the address books of these reports. */
export const ownersIn = (indexes: readonly ReportIndex[]): Owners => {
  const owners = new AddressOwners()
  owners.change(indexes.map((now) => ({ before: undefined, now })))
  return owners
}

/** The index of a report, and that of the report in whose place it comes; undefined where there is none. */
export type IndexChange =
  | { readonly before: ReportIndex; readonly now: ReportIndex | undefined }
  | { readonly before: undefined; readonly now: ReportIndex }

const samePublished = (a: ReportIndex['published'], b: ReportIndex['published']): boolean => {
  if (a.size !== b.size) return false
  for (const [port, published] of a) {
    const others = b.get(port)
    if (others?.length !== published.length) return false
    const isOther = published.some(({ ip, container, containerPort }, i) => {
      const other = others[i]
      return ip !== other?.ip || container !== other?.container || containerPort !== other.containerPort
    })
    if (isOther) return false
  }
  return true
}

type RefsByKey = ReadonlyMap<string, readonly NodeRef[]>

/**
 * Changes what reports refer to, by key.
 *
 * @param moved gets the keys of which something else holds than before
 */
const changeRefs = (
  refs: Map<string, NodeRef[]>,
  { before, now }: IndexChange,
  refsIn: (index: ReportIndex) => RefsByKey,
  moved: Set<string>,
): void => {
  const was: RefsByKey = before?.told.of(refsIn, before) ?? new Map()
  const is: RefsByKey = now?.told.of(refsIn, now) ?? new Map()
  const isAlike = before !== undefined && now !== undefined && serveAlike(before, now)
  if (was === is && isAlike) return
  const latest = (now ?? before)?.latest
  const others = (key: string): NodeRef[] => refs.get(key)?.filter(({ at }) => at !== latest) ?? []
  for (const key of was.keys()) {
    if (is.has(key)) continue
    moved.add(key)
    const rest = others(key)
    if (rest.length > 0) refs.set(key, rest)
    else refs.delete(key)
  }
  for (const [key, added] of is) {
    if (isAlike && holdAlike(was.get(key), before, added, now)) continue
    moved.add(key)
    const rest = others(key)
    refs.set(
      key,
      rest.length > 0 ? [...rest, ...added].sort((a, b) => compareIndexes(a.at, b.at)) : [...added],
    )
  }
}

/** Whether two reports of a probe tell the same of published ports, and see connections as completely. */
const serveAlike = (before: ReportIndex, now: ReportIndex): boolean =>
  completenessOf(before.report) === completenessOf(now.report) &&
  samePublished(before.published, now.published)

const holdAlike = (
  was: readonly NodeRef[] | undefined,
  before: ReportIndex,
  is: readonly NodeRef[],
  now: ReportIndex,
): boolean =>
  was?.length === is.length &&
  is.every(({ id }, i) => id === was[i]?.id && before.nodes.get(id) === now.nodes.get(id))

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

const ownedIn = (index: ReportIndex): RefsByKey => {
  const owned = new Map<string, readonly NodeRef[]>()
  const hostsOf = hostsIn(index)
  for (const { id, owners = [] } of index.report.addresses) {
    const refs = liveOwners(index, owners, hostsOf)
    if (refs.length > 0) owned.set(id, refs)
  }
  return owned
}

/** Ids of the addresses, and the public IP addresses, whose owners a report names. */
export const ownedAddresses = (index: ReportIndex): Iterable<string> => [
  ...ownedBy(index).keys(),
  ...index.told.of(publicOnBridgesIn, index).keys(),
]

const ownedBy = (index: ReportIndex): RefsByKey => index.told.of(ownedIn, index)

/** Owners of public addresses within a bridge of this host, by IP address. */
const publicOnBridgesIn = (index: ReportIndex): RefsByKey => {
  const owned = ownedBy(index)
  const found = new Map<string, readonly NodeRef[]>()
  for (const { id, ip, scope } of index.report.addresses) {
    const refs = scope === 'host' && isPublic(ip) ? owned.get(id) : undefined
    if (refs) found.set(ip, refs)
  }
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
  return kept.map(({ id }) => ({ id, at: index.latest }))
}
