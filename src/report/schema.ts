import * as z from 'zod'
import { isFirstOfNetwork } from './address/ip.ts'
import { controlDescriptionSchema, controlIdSchema, MAX_CONTROLS } from './control/control.ts'
import { histogramSchema } from './histogram.ts'
import { defaultLimits, MAX_INTERVAL_MS } from './limits.ts'

/** Version of the report protocol. */
export const PROTOCOL = 1

/** Path at which an app takes reports, by POST. */
export const REPORT_PATH = '/api/report'

/** `Content-Type` of a report's body: MessagePack, optionally with `Content-Encoding: gzip`, or `zstd` where the app takes it. */
export const REPORT_CONTENT_TYPE = `application/vnd.scope.report+msgpack;v=${PROTOCOL}`

const { nameLength, valueLength, entriesPerNode } = defaultLimits

const name = z.string().max(nameLength)
const id = z.string().min(1).max(nameLength)
const hex = (length: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`), `${length} lower-case hex digits`)
const count = z.int().min(0)
const port = z.int().min(0).max(65535)

/** About thirty years: small enough that adding it to the current time still gives a valid date. */
const MAX_TIME_MS = 1e12
const milliseconds = z.number().min(0).max(MAX_TIME_MS)

const sumOf = (...counts: readonly (number | undefined)[]): number =>
  counts.reduce<number>((sum, one = 0) => sum + one, 0)

/** A key that is safe as a property name. */
const key = z
  .string()
  .min(1)
  .max(nameLength)
  .refine((k) => k !== '__proto__', 'a key other than __proto__')

const atMostEntries = (record: object) => Object.keys(record).length <= entriesPerNode
const tooMany = `at most ${entriesPerNode} entries`

export const envelopeSchema = z.strictObject({
  protocol: z.literal(PROTOCOL),
  /** First 16 hex digits of the SHA-256 of the probe's Ed25519 public key (raw 32 bytes). */
  probeId: hex(16),
  /** Random, chosen at each start of the probe. A report with a new epoch replaces that of the old one at once. */
  epoch: hex(16),
  /** Number of the report within its epoch, from 1. */
  seq: z.int().min(1),
  /** `seq` of the report that this one is a delta of (see `delta-schema.ts`); null for a whole report. */
  base: z.int().min(1).nullable(),
  /** Time on the probe's own clock: ms since it started, when this report was made. */
  uptimeMs: milliseconds,
  /** Longest pause between reports: one is sent this often even when nothing changes. */
  intervalMs: z.number().min(100).max(MAX_INTERVAL_MS),
})

/** Identifies a report within the sequence of its probe. Rule 6 of the model. */
export type Envelope = z.infer<typeof envelopeSchema>

export const topologySchema = z.enum(['host', 'process', 'container', 'container_image'])

/** Kinds of node a probe reports. */
export type Topology = z.infer<typeof topologySchema>

const factSchema = z.union([
  z.string().max(valueLength),
  z.number(),
  z.boolean(),
  z.array(z.string().max(valueLength)).max(1024),
])

/** Value of a fact: text, number (its key defines the unit), boolean, or a set of texts. */
export type Fact = z.infer<typeof factSchema>

/**
 * Most `host` parents of one node. A report describes one host, and finding the host of a node looks at every host
 * parent, so the list is kept short.
 */
const MAX_HOSTS = 4

export const nodeSchema = z.strictObject({
  id,
  topology: topologySchema,
  name,
  /**
   * Properties of the node by well-known key (see `facts.ts`). Values that change all the time are not facts but
   * metrics.
   */
  facts: z.record(key, factSchema).refine(atMostEntries, tooMany),
  /** User-defined key/value pairs, such as Docker labels. */
  labels: z.exactOptional(z.record(key, z.string().max(valueLength)).refine(atMostEntries, tooMany)),
  /** Ids of the nodes this one belongs to, by topology. */
  parents: z
    .partialRecord(topologySchema, z.array(id).max(64))
    .refine(({ host = [] }) => host.length <= MAX_HOSTS, {
      message: `at most ${MAX_HOSTS} hosts`,
      path: ['host'],
    }),
  /** Ids of the controls that this node offers now; the report's `controls` describe them. */
  controls: z.array(controlIdSchema).max(MAX_CONTROLS),
})

/** A host, process, container or image as one probe sees it. */
export type ReportNode = z.infer<typeof nodeSchema>

export const metricSchema = z.strictObject({
  /** Id of the node that was measured. */
  node: id,
  /** Well-known id of the metric (see `facts.ts`). */
  id,
  /** The value that counts as 100 % (a limit), in the metric's unit; absent when there is none. */
  max: z.exactOptional(z.number()),
  /** `[ageMs, value]`, oldest first; `ageMs` is how long before the report's `uptimeMs` the sample was taken. */
  samples: z.array(z.tuple([milliseconds, z.number()])).max(600),
})

/** Samples of one metric of one node. */
export type Metric = z.infer<typeof metricSchema>

export const addressSchema = z
  .strictObject({
    /** `<scope>;<ip>`, see `ids.ts`. */
    id,
    ip: z.union([z.ipv4(), z.ipv6()]),
    /**
     * If present, the entry stands for all addresses with this prefix length in bits, and `ip` is the first of them.
     * Rule 13 of the model.
     */
    prefixBits: z.exactOptional(z.int().min(0).max(128)),
    /** Where the address is unique (see `AddressScope`). Rule 7 of the model. */
    scope: z.enum(['netns', 'host', 'network', 'global']),
    /** Ids of containers and hosts of this report that hold the address. */
    owners: z.exactOptional(z.array(id).max(64)),
    /** Names that the address had when a connection to it was made, best first. */
    names: z.exactOptional(z.array(name).max(16)),
  })
  .refine(({ ip, prefixBits }) => prefixBits === undefined || isFirstOfNetwork(ip, prefixBits), {
    message: 'the length of a network of which `ip` is the first address',
    path: ['prefixBits'],
  })

/** An entry of the address book: an address that a connection refers to or a node holds. */
export type Address = z.infer<typeof addressSchema>

/** Most records that one record tells of as added to it: a report has no more. */
export const MAX_ABSORBED = defaultLimits.connections

export const connectionSchema = z
  .strictObject({
    /** Opaque, stable for one epoch. */
    id,
    /**
     * Node id of the process that opened the connections, when this probe sees it. Where a probe reports no processes,
     * the container or host that the process is in.
     */
    client: z.exactOptional(id),
    /** Likewise for the process that accepted the connections (or listens). */
    server: z.exactOptional(id),
    /**
     * Address book id of the client's address. Only on half records: a pair record covers all addresses of its client.
     */
    clientAddress: z.exactOptional(id),
    /** Address book id of the address connected to. */
    serverAddress: id,
    serverPort: port,
    /**
     * Address book id of the address that the client connected to, when NAT rewrote it on the way to the server of this
     * half record.
     */
    originalAddress: z.exactOptional(id),
    originalPort: z.exactOptional(port),
    /**
     * Name that the client resolved to this address before it last connected here: the latest unexpired DNS answer that
     * it got.
     */
    serverName: z.exactOptional(name),
    /**
     * Client ports of the newest open connections, as the server sees them. Only on half records: by them the app finds
     * out which processes of the two hosts have a connection with each other. Rule 3 of the model.
     */
    clientPorts: z.exactOptional(z.array(port).max(256)),
    /**
     * When the totals below started, on the probe's clock (see `uptimeMs`). It goes back when counts of an older record are
     * added to this one.
     */
    sinceMs: milliseconds,
    /** Told to apps that take it (`terms.ts`), when counts of other records were added to this one. */
    absorbed: z.exactOptional(
      z.strictObject({
        /** What `sinceMs` was when this record was first reported. */
        beganMs: milliseconds,
        /**
         * Ids of those that earlier reports had and that were added lately, oldest first. Whoever compares this record with an
         * earlier report takes them for a part of it.
         */
        records: z.array(id).max(MAX_ABSORBED),
      }),
    ),
    /** Time of the last event or counter change, on the same clock. */
    lastMs: milliseconds,
    /** Connections that are established now. This is a gauge; the counts below are running totals. */
    open: count,
    opened: count,
    closed: count,
    /** Connection attempts that failed, for one of the four reasons below or any other. Rule 9 of the model. */
    failed: count,
    /** Nothing listened on the port, or a firewall rejected the attempt (ECONNREFUSED). */
    refused: z.exactOptional(count),
    /**
     * The server did not answer: the kernel gave up, or the program did after at least one retransmission (ETIMEDOUT).
     */
    timedOut: z.exactOptional(count),
    /** There was no route, locally or as reported by a router (ENETUNREACH, EHOSTUNREACH). */
    unreachable: z.exactOptional(count),
    /** No free local port was left (EADDRNOTAVAIL). */
    outOfPorts: z.exactOptional(count),
    /** Attempts that the program closed before there was an answer or a retransmission. */
    abandoned: count,
    /** Payload bytes from client to server. */
    bytesSent: count,
    /** Payload bytes from server to client. */
    bytesReceived: count,
    retransmits: count,
    /** Established connections that ended with a reset sent by the client, or by the server. */
    resetByClient: z.exactOptional(count),
    resetByServer: z.exactOptional(count),
    /** Established connections that the kernel dropped because the peer no longer answered. */
    lost: z.exactOptional(count),
    /** Lifetimes of closed connections whose opening and closing were both seen. */
    durations: z.exactOptional(histogramSchema),
    /** Handshake durations (first SYN to established) of connections whose client was seen. */
    connectTimes: z.exactOptional(histogramSchema),
    /**
     * Minimum round-trip time over the last five minutes, as kept by the kernel, of the newest connection that was
     * measured.
     */
    rttUs: z.exactOptional(count),
    /** Smoothed round-trip time of the same connection; includes the peer's delayed acknowledgements. */
    smoothedRttUs: z.exactOptional(count),
  })
  .refine((c) => sumOf(c.refused, c.timedOut, c.unreachable, c.outOfPorts) <= c.failed, {
    message: 'at least as many as failed for a reason',
    path: ['failed'],
  })
  .refine((c) => c.client !== undefined || c.server !== undefined, 'a client or a server process')
  .refine((c) => (c.client !== undefined && c.server !== undefined) || c.clientAddress !== undefined, {
    message: 'an address, since only one side is a process of this host',
    path: ['clientAddress'],
  })

/**
 * All connections that share client process, server process, server address and port (a *pair record*: the probe sees
 * both sides), or that share local process, role, remote address and server port (a *half record*: the other side is
 * elsewhere). Rules 1 and 2 of the model.
 */
export type ConnectionRecord = z.infer<typeof connectionSchema>

export const listenerSchema = z.strictObject({
  /** Opaque, stable for one epoch. */
  id,
  /**
   * Node id of the process that listens (or of its container or host, where a probe reports no processes). Of several
   * processes that share the socket, the one that started first.
   */
  process: id,
  ip: z.union([z.ipv4(), z.ipv6()]),
  port,
  /** True when the socket is in the host's network namespace. */
  isInHostNetwork: z.boolean(),
  /** When the probe first saw the listener, on the probe's clock; `accepted` counts from here. */
  sinceMs: milliseconds,
  /** Connections accepted since `sinceMs`, plus those that were already open then. A running total. */
  accepted: count,
  /** When the first and the last of them were seen to open, on the same clock; absent when none was. */
  firstMs: z.exactOptional(milliseconds),
  lastMs: z.exactOptional(milliseconds),
  /** Present when the probe may have missed connections, so that `accepted` may be too low. */
  mayHaveMissed: z.exactOptional(z.literal(true)),
  /** Client address of the last of them, as the server sees it. */
  lastPeer: z.exactOptional(z.union([z.ipv4(), z.ipv6()])),
})

/** A listening socket and how much it was used. Identical sockets of one process are reported as one. */
export type Listener = z.infer<typeof listenerSchema>

export const collectorStatusSchema = z.strictObject({
  /** `host`, `process`, `docker`, `connections`. */
  id,
  /** How the collector works: `ebpf`, `proc`, `docker`, … or `off`. */
  mode: name,
  /**
   * `ok`: works fully. `degraded`: works, but sees less. `waiting`: what it watches does not exist yet. `off`: does not
   * run.
   */
  state: z.enum(['ok', 'degraded', 'waiting', 'off']),
  /** For people: why it is in this mode and state, and what would improve it. Empty when there is nothing to say. */
  reason: z.string().max(valueLength),
  /** Start of this state, on the probe's clock. */
  sinceMs: milliseconds,
  /** Running counts, such as `events`, `lost`, `recursionMisses`, `tracked`. */
  counters: z.record(key, z.number()).refine(atMostEntries, tooMany),
})

/** How a collector works at present, since when and why. */
export type CollectorStatus = z.infer<typeof collectorStatusSchema>

const { nodes, metrics, connections, addresses, listeners } = defaultLimits

/** Most collectors in one report. */
export const MAX_STATUS = 64

export const reportSchema = z.strictObject({
  envelope: envelopeSchema.extend({ base: z.null() }),
  host: z.strictObject({ id, name }),
  probe: z.strictObject({
    version: name,
    pid: count,
    /** CPU time used by the probe so far. */
    cpuMs: milliseconds,
    rssBytes: count,
  }),
  nodes: z.array(nodeSchema).max(nodes),
  metrics: z.array(metricSchema).max(metrics),
  connections: z.array(connectionSchema).max(connections),
  addresses: z.array(addressSchema).max(addresses),
  listeners: z.array(listenerSchema).max(listeners).default([]),
  status: z.array(collectorStatusSchema).max(MAX_STATUS),
  /** What the probe can do to its nodes and is allowed to; which of it a node offers, its `controls` say. */
  controls: z.array(controlDescriptionSchema).max(MAX_CONTROLS).default([]),
  /** Number of entities of each kind, and of texts, that were left out to keep to the limits. */
  omitted: z.strictObject({
    nodes: count,
    metrics: count,
    connections: count,
    addresses: count,
    listeners: count.default(0),
    /** Names and values of nodes that were cut or left out; told to apps that take it (`terms.ts`). */
    texts: z.exactOptional(count),
  }),
})

/** A probe's whole view of its host at one moment. */
export type Report = z.infer<typeof reportSchema>
