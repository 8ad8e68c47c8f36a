import { containerOf } from '../reports/report-index.ts'
import type { Half } from './flow.ts'
import type { Owners } from './owners.ts'

/**
 * One way in which a client's and a server's half can be known to tell of the same connections: both give the same key.
 * Undefined = this half cannot be met this way.
 */
export interface Meeting {
  readonly client: (half: Half) => string | undefined
  readonly server: (half: Half) => string | undefined
}

type Locate = (half: Half) => string | undefined

const same = (locate: Locate): Meeting => ({ client: locate, server: locate })

/** Of both addresses, where nobody contests them: made once, since it is asked for of every half of every set of reports. */
const plainKey = (half: Half): string => {
  half.plainKey ??= `${half.clientAddress.id} > ${half.serverAddress.id} ${half.port}`
  return half.plainKey
}

/** The same client at the same server's address. */
const atBothAddresses = (owners: Owners): Meeting =>
  same((half) => {
    const { clientAddress, serverAddress, port, process } = half
    const client = owners.placeOf(clientAddress, process.at)
    const server = client && owners.placeOf(serverAddress, process.at)
    if (server === undefined) return undefined
    const isPlain = client === clientAddress.id && server === serverAddress.id
    return isPlain ? plainKey(half) : `${client} > ${server} ${port}`
  })

/** An address book id says how far the address means the same thing: equal ids, same place, unless several hold it. */
const plainClient = (owners: Owners): Meeting =>
  same((half) => owners.placeOf(half.clientAddress, half.process.at))

/** Also what is known of a server before its client is asked about. */
export const serverPlace =
  (owners: Owners): Locate =>
  (half) => {
    const place = owners.placeOf(half.serverAddress, half.process.at)
    return place && `${place} ${half.port}`
  }

/** The container behind the published port that the client names, and the one that the server's process is in. */
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

/** What the client names, and what its connections were asked for before the server's host rewrote that. */
const atOriginal = (owners: Owners): Meeting => ({
  client: serverPlace(owners),
  server: ({ original, process }) => {
    const place = original && owners.placeOf(original.address, process.at)
    return place && `${place} ${original.port}`
  },
})

/** NAT makes a client appear to the server under another address of its host. */
const clientBehindNat = (owners: Owners): Meeting => ({
  client: (half) => half.process.at.hostNode,
  server: (half) => owners.hostOf(half.clientAddress, half.process.at)?.hostNode,
})

const both = (a: Locate, b: Locate): Locate => {
  return (half) => {
    const first = a(half)
    if (first === undefined) return undefined
    const second = b(half)
    return second === undefined ? undefined : `${first} > ${second}`
  }
}

/** The ways to meet, the surest first. */
export const meetings = (owners: Owners): Meeting[] => {
  const atAddress = same(serverPlace(owners))
  const plain = plainClient(owners)
  const atPublished = publishedPort(owners)
  const nat = clientBehindNat(owners)
  const combine = (from: Meeting, to: Meeting): Meeting => ({
    client: both(from.client, to.client),
    server: both(from.server, to.server),
  })
  return [
    atBothAddresses(owners),
    combine(plain, atOriginal(owners)),
    combine(plain, atPublished),
    combine(nat, atAddress),
    combine(nat, atOriginal(owners)),
    combine(nat, atPublished),
  ]
}
