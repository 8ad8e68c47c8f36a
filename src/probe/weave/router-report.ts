import * as z from 'zod'
import { RouterError } from '../../weave/router-error.ts'

/** Most peers, connections of one peer, and texts of one list that are taken; a network of this size is larger than Weave Net can be. */
const MAX_PEERS = 500
const MAX_CONNECTIONS = 500
const MAX_TEXTS = 64
/** Most entries of weaveDNS that are taken, those of other machines included. */
const MAX_ENTRIES = 20_000

/** A text for people, cut to a length and without what would do something to a terminal. */
const words = (length: number) =>
  z.string().transform((text) =>
    text
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, length)
      .toWellFormed(),
  )

/** Go writes an empty list as null. */
const list = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .array(item)
    .nullish()
    .transform((all) => (all ?? []).slice(0, most))

const count = z.int().min(0).catch(0)
const flag = z.boolean().catch(false)
const peerName = z.string().regex(/^[^\s\p{Cc}]{1,64}$/u, 'the name of a peer')

const peerSchema = z.object({
  Name: peerName,
  NickName: words(255).catch(''),
  Connections: list(
    z.object({ Name: peerName, Address: words(64).catch(''), Outbound: flag, Established: flag }),
    MAX_CONNECTIONS,
  ),
})

const entrySchema = z.object({
  Hostname: words(255),
  ContainerID: z.string().max(300),
  Address: z.string().max(64).catch(''),
  /** Name of the peer that told it; absent in old versions. */
  Origin: z.string().max(64).nullish(),
  /** Seconds since 1970 when it was deleted; 0 while it holds. */
  Tombstone: z.number().catch(0),
})

const reportSchema = z.object({
  Version: words(64).catch(''),
  Router: z.object({
    Name: peerName,
    NickName: words(255).catch(''),
    Encryption: flag,
    PeerDiscovery: flag,
    ProtocolMinVersion: count,
    ProtocolMaxVersion: count,
    Peers: list(peerSchema, MAX_PEERS),
    Connections: list(
      z.object({
        Address: words(64),
        Outbound: flag,
        State: words(32).catch(''),
        Info: words(300).catch(''),
      }),
      MAX_CONNECTIONS,
    ),
    Targets: list(words(255), MAX_PEERS),
    TrustedSubnets: list(words(64), MAX_TEXTS),
  }),
  IPAM: z
    .object({
      Paxos: z.object({ Elector: flag, KnownNodes: count, Quorum: count }).nullish(),
      Range: words(64).catch(''),
      DefaultSubnet: words(64).catch(''),
      Entries: list(z.object({ Size: count, IsKnownPeer: flag }), MAX_ENTRIES),
      PendingAllocates: list(words(64), MAX_TEXTS),
    })
    .nullish(),
  DNS: z
    .object({
      Domain: words(255).catch(''),
      Upstream: list(words(64), MAX_TEXTS),
      /** Where weaveDNS listens: `172.17.0.1:53`. */
      Address: words(64).nullish(),
      TTL: count,
      Entries: list(entrySchema, MAX_ENTRIES),
    })
    .nullish(),
  Proxy: z.object({ Addresses: list(words(255), MAX_TEXTS) }).nullish(),
  Plugin: z.object({ DriverName: words(64).nullish() }).nullish(),
})

/**
 * What a Weave router reports, as far as it is used, with the field names of Weave Net: `WeaveStatus` of prog/weaver/http.go, and
 * what that holds of github.com/weaveworks/mesh, ipam/status.go and nameserver/status.go.
 */
export type RouterReport = z.infer<typeof reportSchema>

/**
 * Reads the answer to `GET /report`.
 *
 * @throws {RouterError} when it is none of a Weave router
 */
export const readRouterReport = (text: string): RouterReport => {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new RouterError('broken', 'its report is no JSON', { cause: error })
  }
  const { data, error } = reportSchema.safeParse(given)
  if (data !== undefined) return data
  const [issue] = error?.issues ?? []
  const field = issue?.path.join('.') ?? ''
  throw new RouterError(
    'broken',
    `its report is none of Weave Net: ${field === '' ? '' : `${field}: `}${issue?.message}`,
  )
}
