import { isLinkLocal } from '../../../report/address/ip.ts'
import type { Address } from '../../../report/schema.ts'
import { containerOf, type ReportIndex } from '../../reports/index/report-index.ts'
import type { Half } from '../flow.ts'
import type { Owners } from '../owners.ts'

/**
 * One way to match client and server halves: halves with equal keys describe the same connections. A key is undefined
 * when the half cannot be matched this way.
 */
export interface Meeting {
  readonly client: (half: Half) => string | undefined
  readonly server: (half: Half) => string | undefined
}

type Locate = (half: Half) => string | undefined

const same = (locate: Locate): Meeting => ({ client: locate, server: locate })

/**
 * The key of two addresses that are not contested. Cached on the half, because it is needed for every half each time
 * reports are stitched.
 */
const plainKey = (half: Half): string => {
  half.plainKey ??= `${half.clientAddress.id} > ${half.serverAddress.id} ${half.port}`
  return half.plainKey
}

/** Matches by both addresses and the port: nothing was translated on the way. */
const atBothAddresses = (owners: Owners): Meeting =>
  same((half) => {
    const { clientAddress, serverAddress, port, process } = half
    const client = owners.placeOf(clientAddress, process.at)
    const server = client && owners.placeOf(serverAddress, process.at)
    if (server === undefined) return undefined
    const isPlain = client === clientAddress.id && server === serverAddress.id
    return isPlain ? plainKey(half) : `${client} > ${server} ${port}`
  })

/**
 * Matches the client by its address. The id of an address includes the scope in which it is unique, so equal ids mean
 * the same place, unless several hosts claim the address.
 */
const plainClient = (owners: Owners): Meeting =>
  same((half) => owners.placeOf(half.clientAddress, half.process.at))

/** The key of a server's address and port, also used to look up servers before any client is known. */
export const serverPlace =
  (owners: Owners): Locate =>
  (half) => {
    const place = owners.placeOf(half.serverAddress, half.process.at)
    return place && `${place} ${half.port}`
  }

/** Matches the published port that the client connected to with the container that the server's process runs in. */
const publishedPort = (owners: Owners): Meeting => ({
  client: (half) => {
    const behind = owners.published(half.serverAddress, half.port, half.process.at)
    return behind && `${behind.id} ${behind.containerPort}`
  },
  server: (half) => {
    const process = half.process.at.nodes.get(half.process.id)
    const container = process && containerOf(half.process.at, process)
    return container && `${container.id} ${half.port}`
  },
})

/**
 * Matches the address that the client connected to with the original address that the server's host recorded before
 * it rewrote the connection.
 */
const atOriginal = (owners: Owners): Meeting => ({
  client: serverPlace(owners),
  server: ({ original, process }) => {
    const place = original && owners.placeOf(original.address, process.at)
    return place && `${place} ${original.port}`
  },
})

/** Matches the client by its host: with source NAT, the server sees another address of that host. */
const clientBehindNat = (owners: Owners): Meeting => ({
  client: (half) => half.process.at.hostNode,
  server: (half) => owners.hostOf(half.clientAddress, half.process.at)?.hostNode,
})

/**
 * Matches by both addresses and the port where one end's own host knows an address as that of its bridge or link, and
 * the other host knows it from outside: container networks that are routed instead of translated, and link-local
 * addresses. Both halves must agree on both ends, since the same address may exist on several bridges.
 */
const knownFromOutside = (owners: Owners): Meeting => {
  const key = (
    { clientAddress, serverAddress, port, process }: Half,
    remote: Address,
  ): string | undefined => {
    // An address of a bridge of this host is not an address of another machine.
    if (remote.scope === 'host') return undefined
    const client = outerPlace(clientAddress, process.at, owners)
    const server = client && outerPlace(serverAddress, process.at, owners)
    return server && `${client} > ${server} ${port}`
  }
  return {
    client: (half) => key(half, half.serverAddress),
    // What was translated on this host has no address there that others know.
    server: (half) => (half.original === undefined ? key(half, half.clientAddress) : undefined),
  }
}

const outerPlace = (address: Address, from: ReportIndex, owners: Owners): string | undefined => {
  const { id, ip, scope } = address
  if (scope === 'host') return `outside ${ip}`
  if (scope === 'netns') return isLinkLocal(ip) ? `link ${ip}` : undefined
  return scope === 'global' && !owners.isOwned(id) ? `outside ${ip}` : owners.placeOf(address, from)
}

const both = (a: Locate, b: Locate): Locate => {
  return (half) => {
    const first = a(half)
    if (first === undefined) return undefined
    const second = b(half)
    return second === undefined ? undefined : `${first} > ${second}`
  }
}

/** The ways to match halves, the most reliable first. */
export interface Meetings {
  readonly all: readonly Meeting[]
  /** Those of `all` that match a client by its host, because its own address was translated on the way. */
  readonly behindNat: readonly Meeting[]
}

/** All ways to match halves. */
export const meetings = (owners: Owners): Meetings => {
  const atAddress = same(serverPlace(owners))
  const plain = plainClient(owners)
  const atPublished = publishedPort(owners)
  const nat = clientBehindNat(owners)
  const combine = (from: Meeting, to: Meeting): Meeting => ({
    client: both(from.client, to.client),
    server: both(from.server, to.server),
  })
  const behindNat = [combine(nat, atAddress), combine(nat, atOriginal(owners)), combine(nat, atPublished)]
  return {
    all: [
      atBothAddresses(owners),
      combine(plain, atOriginal(owners)),
      combine(plain, atPublished),
      knownFromOutside(owners),
      ...behindNat,
    ],
    behindNat,
  }
}
