import { canonicalIp, isPrivate } from '../../report/address/ip.ts'
import { facts } from '../../report/facts.ts'
import { addressId, containerNodeId } from '../../report/ids.ts'
import type { Address, Fact } from '../../report/schema.ts'
import { rangeTest } from '../../weave/range.ts'
import type { RouterReport } from './router-report.ts'

/** Most names, and most addresses, of one container. */
const MAX_OF_CONTAINER = 64

/** What a Weave network has of one container. */
export interface WeaveContainer {
  /** Names in weaveDNS, without a dot at the end, sorted. */
  readonly names: readonly string[]
  /** IPv4 addresses, sorted: those allocated to it, and those of its names. */
  readonly addresses: readonly string[]
  /** Those that the allocator has given to it, and so to nobody else. Any user of the machine can add a name with any address. */
  readonly allocated: readonly string[]
}

type DnsEntry = NonNullable<RouterReport['DNS']>['Entries'][number]

/** Whether an entry of weaveDNS holds, and may be of a container of this machine, which only its own router tells. */
const isOwn = ({ Origin, Tombstone }: DnsEntry, ownName: string): boolean =>
  Tombstone === 0 && (!Origin || Origin === ownName)

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort().slice(0, MAX_OF_CONTAINER)

/**
 * The names and addresses of containers: those in weaveDNS, and the addresses that the allocator has given to them, all of them
 * within the range of the network.
 *
 * @param running full ids of the running containers of this machine
 * @param allocated addresses by container id
 */
export const weaveContainers = (
  { Router, DNS, IPAM }: RouterReport,
  running: ReadonlySet<string>,
  allocated: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, WeaveContainer> => {
  const entries = Map.groupBy(
    (DNS?.Entries ?? []).filter((entry) => running.has(entry.ContainerID) && isOwn(entry, Router.Name)),
    ({ ContainerID }) => ContainerID,
  )
  const isInRange = IPAM ? rangeTest(IPAM.Range) : isPrivate
  const sound = (ips: readonly string[]): string[] =>
    sorted(ips.flatMap((ip) => canonicalIp(ip) ?? []).filter(isInRange))
  const found = new Map<string, WeaveContainer>()
  for (const id of running) {
    const own = entries.get(id) ?? []
    const names = sorted(own.map(({ Hostname }) => Hostname.replace(/\.$/, '')))
    const given = sound(allocated.get(id) ?? [])
    const addresses = sorted([...given, ...sound(own.map(({ Address }) => Address))])
    if (names.length > 0 || addresses.length > 0) found.set(id, { names, addresses, allocated: given })
  }
  return found
}

/**
 * The facts of a container.
 *
 * @param macs MAC addresses of the interfaces by which it is in the network
 */
export const weaveContainerFacts = (
  { names, addresses, allocated }: WeaveContainer,
  macs: readonly string[],
): Record<string, Fact> => ({
  ...(macs.length > 0 && { [facts.weaveMacAddresses]: [...macs] }),
  ...(names.length > 0 && { [facts.weaveDnsNames]: [...names] }),
  ...(addresses.length > 0 && { [facts.weaveAddresses]: [...addresses] }),
  // Any user of the machine can add a name with any address.
  ...(allocated.length > 0 && { [facts.weaveReachable]: true }),
})

/** The allocated addresses of containers for the address book. A Weave network spans machines, and gives each address once. */
export const weaveAddresses = (containers: ReadonlyMap<string, WeaveContainer>): Address[] => {
  const owners = new Map<string, string[]>()
  for (const [id, { allocated }] of containers)
    for (const ip of allocated) owners.set(ip, [...(owners.get(ip) ?? []), containerNodeId(id)])
  return [...owners].map(([ip, all]) => ({
    id: addressId({ kind: 'global' }, ip),
    ip,
    scope: 'global',
    owners: all.slice(0, MAX_OF_CONTAINER),
  }))
}
