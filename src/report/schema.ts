import * as z from 'zod'
import { isFirstOfNetwork } from './address/ip.ts'
import { histogramSchema } from './histogram.ts'
import { defaultLimits, MAX_INTERVAL_MS } from './limits.ts'

/** Version of the report protocol spoken here. An app understands the one before its own, too. */
export const PROTOCOL = 1

/** `Content-Type` of a report's body: MessagePack, optionally with `Content-Encoding: gzip`. */
/** Where an app takes reports, by POST. */
export const REPORT_PATH = '/api/report'

export const REPORT_CONTENT_TYPE = `application/vnd.scope.report+msgpack;v=${PROTOCOL}`

const { nameLength, valueLength, entriesPerNode } = defaultLimits

const name = z.string().max(nameLength)
const id = z.string().min(1).max(nameLength)
const hex = (length: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`), `${length} lower-case hex digits`)
const count = z.int().min(0)
const port = z.int().min(0).max(65535)

/** Some thirty years: added to any date of now, it is a date still. */
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
  /** Random per start of the probe; a new one replaces the old at once. */
  epoch: hex(16),
  /** Counts reports of one epoch from 1. */
  seq: z.int().min(1),
  /** The `seq` of the report that this is a change of (see `delta-schema.ts`); null = a whole report. */
  base: z.int().min(1).nullable(),
  /** The probe's own clock: ms since it started, at the moment of this report. */
  uptimeMs: milliseconds,
  /** How often a report comes when nothing changes. */
  intervalMs: z.number().min(100).max(MAX_INTERVAL_MS),
})

/** What makes a report one of a sequence. Rule 6 of the model. */
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

/** Value of a fact: text, number (unit by the key), yes/no, or a set of texts. */
export type Fact = z.infer<typeof factSchema>

/** Of one node: a report is of one host, and whoever asks for the host of a node looks at all that are named. */
const MAX_HOSTS = 4

export const nodeSchema = z.strictObject({
  id,
  topology: topologySchema,
  name,
  /** What is known of the node, by well-known key (see `facts.ts`). Never a moving number: those are metrics. */
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
  /** Ids of the controls offered on this node. */
  controls: z.array(id).max(64),
})

/** A host, process, container or image as one probe sees it. */
export type ReportNode = z.infer<typeof nodeSchema>

export const metricSchema = z.strictObject({
  /** Id of the node measured. */
  node: id,
  /** Well-known id of the metric (see `facts.ts`). */
  id,
  /** The value that counts as full (a limit), in the metric's unit; absent when there is none. */
  max: z.exactOptional(z.number()),
  /** `[ageMs, value]`, oldest first; age is counted back from the report's `uptimeMs`. */
  samples: z.array(z.tuple([milliseconds, z.number()])).max(600),
})

/** Samples of one metric of one node. */
export type Metric = z.infer<typeof metricSchema>

export const addressSchema = z
  .strictObject({
    /** `<scope>;<ip>`, see `ids.ts`. */
    id,
    ip: z.union([z.ipv4(), z.ipv6()]),
    /** Stands for all addresses with this prefix, in bits; `ip` is the first of them. Rule 13 of the model. */
    prefixBits: z.exactOptional(z.int().min(0).max(128)),
    /** How far the address means the same thing. Rule 7 of the model. */
    scope: z.enum(['netns', 'host', 'network', 'global']),
    /** Ids of containers and hosts of this report that hold the address. */
    owners: z.exactOptional(z.array(id).max(64)),
    /** Names attached when a connection to it was made, best first. */
    names: z.exactOptional(z.array(name).max(16)),
  })
  .refine(({ ip, prefixBits }) => prefixBits === undefined || isFirstOfNetwork(ip, prefixBits), {
    message: 'the length of a network of which `ip` is the first address',
    path: ['prefixBits'],
  })

/** An entry of the address book: an address that a connection names or a node holds. */
export type Address = z.infer<typeof addressSchema>

export const connectionSchema = z
  .strictObject({
    /** Opaque, stable for one epoch. */
    id,
    /**
     * Process node of the side that opened the connection, when this probe sees it; where a probe tells of no processes, the
     * container or host that the process is in.
     */
    client: z.exactOptional(id),
    /** The same of the side that accepted it (or listens). */
    server: z.exactOptional(id),
    /** Address book id of the client's address; only on half records (a pair folds it away). */
    clientAddress: z.exactOptional(id),
    /** Address book id of the address connected to. */
    serverAddress: id,
    serverPort: port,
    /** Address book id of what the client asked for, where it was rewritten on the way to the server of this half record. */
    originalAddress: z.exactOptional(id),
    originalPort: z.exactOptional(port),
    /** What the client last asked for by name when it connected here: the latest unexpired answer of DNS given to it. */
    serverName: z.exactOptional(name),
    /**
     * Ephemeral ports of the newest open connections, as the server sees them; only on half records whose addresses and port
     * several processes of this host share. Rule 3 of the model.
     */
    clientPorts: z.exactOptional(z.array(port).max(256)),
    /** The totals below run from this moment of the probe's clock (its uptime). */
    sinceMs: milliseconds,
    /** Last event or change of a counter, on the same clock. */
    lastMs: milliseconds,
    /** Connections established now (a gauge; all below are running totals). */
    open: count,
    opened: count,
    closed: count,
    /** Connections that came to nothing: those of the four reasons below, and of any other. Rule 9 of the model. */
    failed: count,
    /** Nobody listened there, or a firewall said so (ECONNREFUSED). */
    refused: z.exactOptional(count),
    /** No answer: the kernel gave up, or the program after it had asked more than once (ETIMEDOUT). */
    timedOut: z.exactOptional(count),
    /** No route, or a router said that there is none (ENETUNREACH, EHOSTUNREACH). */
    unreachable: z.exactOptional(count),
    /** No local port was left for it (EADDRNOTAVAIL). */
    outOfPorts: z.exactOptional(count),
    /** Closed by the program before an answer. */
    abandoned: count,
    /** Payload bytes from client to server. */
    bytesSent: count,
    /** Payload bytes from server to client. */
    bytesReceived: count,
    retransmits: count,
    /** Open connections that ended by a reset that the client, or the server, sent. */
    resetByClient: z.exactOptional(count),
    resetByServer: z.exactOptional(count),
    /** Open connections that the kernel gave up, since the other end no longer answered. */
    lost: z.exactOptional(count),
    /** How long closed connections had been open, of those whose opening and closing were seen. */
    durations: z.exactOptional(histogramSchema),
    /** How long the handshake of connections took (first SYN to established), of those whose client was seen. */
    connectTimes: z.exactOptional(histogramSchema),
    /** Shortest round-trip time that the kernel remembers of the newest measured connection: of the last five minutes. */
    rttUs: z.exactOptional(count),
    /** Smoothed round-trip time of the same connection: with the time for which the other end held acknowledgements back. */
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
 * All connections alike in client process, server process, server address and port (a *pair record*, both sides seen
 * here), or in local process, role, remote address and server port (a *half record*). Rules 1 and 2 of the model.
 */
export type ConnectionRecord = z.infer<typeof connectionSchema>

export const listenerSchema = z.strictObject({
  /** Opaque, stable for one epoch. */
  id,
  /** Process node that listens (where a probe tells of none, its container or host); of those that share the socket, the one that started first. */
  process: id,
  ip: z.union([z.ipv4(), z.ipv6()]),
  port,
  /** It is in the network namespace of the host. */
  isInHostNetwork: z.boolean(),
  /** Known since this moment of the probe's clock (its uptime); the total runs from here. */
  sinceMs: milliseconds,
  /** Connections accepted since; with those that were open when the probe met the listener. A running total. */
  accepted: count,
  /** When the first and the last of these were seen to open, on the same clock; absent when none was. */
  firstMs: z.exactOptional(milliseconds),
  lastMs: z.exactOptional(milliseconds),
  /** Not every connection was seen since: some may have come that are not counted. */
  mayHaveMissed: z.exactOptional(z.literal(true)),
  /** Address that the last of them came from, as the server sees it. */
  lastPeer: z.exactOptional(z.union([z.ipv4(), z.ipv6()])),
})

/** Where a process waits for connections, and how much use was made of it. Sockets of one process that are alike are one. */
export type Listener = z.infer<typeof listenerSchema>

export const collectorStatusSchema = z.strictObject({
  /** `host`, `process`, `docker`, `connections`. */
  id,
  /** How it runs: `ebpf`, `proc`, `docker`, … or `off`. */
  mode: name,
  /** `ok`: as well as it can be. `degraded`: works, but sees less. `waiting`: what it watches is not there yet. */
  state: z.enum(['ok', 'degraded', 'waiting', 'off']),
  /** Plain words: why it runs so, and what would make it better. Empty when there is nothing to say. */
  reason: z.string().max(valueLength),
  /** On the probe's clock. */
  sinceMs: milliseconds,
  /** Running counts, such as `events`, `lost`, `recursionMisses`, `tracked`. */
  counters: z.record(key, z.number()).refine(atMostEntries, tooMany),
})

/** How a collector runs, since when and why. */
export type CollectorStatus = z.infer<typeof collectorStatusSchema>

const { nodes, metrics, connections, addresses, listeners } = defaultLimits

/** Collectors that a report tells of, at most. */
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
  /** Entities left out to keep to the limits. */
  omitted: z.strictObject({
    nodes: count,
    metrics: count,
    connections: count,
    addresses: count,
    listeners: count.default(0),
  }),
})

/** A probe's whole view of its host at a moment. */
export type Report = z.infer<typeof reportSchema>
