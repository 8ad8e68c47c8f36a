/**
 * What a view is made of, and the JSON shapes that the HTTP API and the page share. Nodes keep the field names of Weave
 * Scope's view API; `edges` beside them are new.
 */

import type { SingleConnection } from '../report/channel.ts'

/** A row of facts about a node, as shown in its details. */
export interface MetadataRow {
  readonly id: string
  readonly label: string
  readonly value: string
  /** Lower comes first; 10 and above may be folded away. */
  readonly priority?: number
  /** How the text is meant: absent = plain text. */
  readonly dataType?: 'number' | 'duration' | 'datetime' | 'bytes' | 'ip' | 'code'
  /** Show only so many characters. */
  readonly truncate?: number
}

/** A metric of a node with its newest value; samples only in details. */
export interface MetricRow {
  readonly id: string
  readonly label: string
  readonly format: 'percent' | 'filesize' | 'integer' | 'number'
  readonly group?: string
  readonly priority: number
  readonly value: number
  /** The smallest of the samples held. */
  readonly min: number
  /** What counts as full: a limit where there is one, else the largest sample. */
  readonly max: number
  /** Oldest first; `date` is ISO 8601 on the app's clock. Null outside details. */
  readonly samples: readonly { readonly date: string; readonly value: number }[] | null
  readonly url: string
}

/** A node that this one belongs to, as a link into the view that shows it. */
export interface ParentLink {
  readonly id: string
  readonly label: string
  readonly topologyId: string
}

/** A titled list of key and value, such as Docker labels. */
export interface PropertyTable {
  readonly id: string
  readonly label: string
  readonly type: 'property-list'
  readonly columns: readonly { readonly id: string; readonly label: string }[]
  readonly rows: readonly { readonly id: string; readonly entries: Readonly<Record<string, string>> }[]
  readonly truncationCount?: number
}

export type Shape = 'circle' | 'square' | 'hexagon' | 'cloud' | 'pill' | 'dashed-circle' | 'image'

/** State that earns a badge. */
export type NodeState = 'paused' | 'restarting' | 'unhealthy' | 'exited' | 'created' | 'dead'

/** One node of a view. */
export interface NodeSummary {
  readonly id: string
  readonly label: string
  readonly labelMinor: string
  /** What nodes alike share; colour and order follow it. */
  readonly rank: string
  readonly shape: Shape
  /** Stands for several. */
  readonly stack?: boolean
  /** Not a thing that a probe watches: the Internet, an unwatched address, the uncontained. */
  readonly pseudo?: boolean
  readonly state?: NodeState
  readonly metadata?: readonly MetadataRow[]
  readonly parents?: readonly ParentLink[]
  readonly metrics?: readonly MetricRow[]
  readonly tables?: readonly PropertyTable[]
  /** Ids of the nodes this one opens connections to; each is in the same view. */
  readonly adjacency?: readonly string[]
}

/** All connections from one node of a view to another, summed. Counters are running totals since `firstSeen`. */
export interface Edge {
  /** Opaque; stable while the edge is there. */
  readonly id: string
  /** Node id of the side that opens connections. */
  readonly source: string
  readonly target: string
  /** Established now. */
  readonly open: number
  readonly opened: number
  readonly closed: number
  readonly failed: number
  readonly abandoned: number
  /** Payload bytes, source to target. */
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly openedPerSecond: number
  readonly failedPerSecond: number
  readonly bytesSentPerSecond: number
  readonly bytesReceivedPerSecond: number
  /** Smoothed round trip in µs; absent when none was measured. */
  readonly rttUs?: number
  readonly retransmits: number
  /** Server ports, at most 16, ascending. */
  readonly ports: readonly number[]
  readonly portsTotal: number
  /** ISO 8601 on the app's clock. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Some numbers were split in proportion, not counted. */
  readonly estimated?: boolean
}

/** `GET /api/topology/{view}` */
export interface ViewDocument {
  readonly nodes: Readonly<Record<string, NodeSummary>>
  readonly edges: Readonly<Record<string, Edge>>
}

/** Text frame of `GET /api/topology/{view}/ws`. Apply in this order: reset, remove, update, add. */
export interface ViewDiff {
  readonly add: readonly NodeSummary[] | null
  readonly update: readonly NodeSummary[] | null
  readonly remove: readonly string[] | null
  /** The frame holds everything; forget what came before. */
  readonly reset?: true
  readonly edges: {
    readonly add: readonly Edge[] | null
    readonly update: readonly Edge[] | null
    readonly remove: readonly string[] | null
  }
}

/** One choice of an option group of a view. */
export interface ViewOption {
  readonly value: string
  readonly label: string
}

/** A group of options of a view; its value is given as query parameter `id`. */
export interface ViewOptionGroup {
  readonly id: string
  readonly defaultValue: string
  readonly options: readonly ViewOption[]
  /** `one` (exactly one value) or `union` (a comma-separated subset). */
  readonly selectType: 'one' | 'union'
}

export interface ViewStats {
  readonly node_count: number
  readonly nonpseudo_node_count: number
  readonly edge_count: number
  /** Nodes that the chosen options hide. */
  readonly filtered_nodes: number
}

/** One entry of `GET /api/topology`. */
export interface ViewDescription {
  readonly name: string
  readonly rank: number
  readonly hide_if_empty: boolean
  readonly options: readonly ViewOptionGroup[] | null
  readonly url: string
  readonly sub_topologies?: readonly ViewDescription[]
  readonly stats: ViewStats
}

/** A row of a node's connection table. */
export interface ConnectionRow {
  readonly id: string
  /** The node at the other end, in the same view. */
  readonly nodeId: string
  readonly label: string
  readonly labelMinor?: string
  readonly metadata: readonly MetadataRow[]
}

/** Inbound or outbound connections of a node. */
export interface ConnectionTable {
  readonly id: 'incoming-connections' | 'outgoing-connections'
  readonly topologyId: string
  readonly label: 'Inbound' | 'Outbound'
  readonly columns: readonly Column[]
  readonly connections: readonly ConnectionRow[]
}

export interface Column {
  readonly id: string
  readonly label: string
  readonly defaultSort: boolean
  readonly dataType: string
}

/** Nodes that belong to a node, of one topology. */
export interface ChildGroup {
  readonly id: string
  readonly label: string
  readonly topologyId: string
  readonly columns: readonly Column[]
  readonly nodes: readonly NodeSummary[]
}

/** `node` of `GET /api/topology/{view}/{id}` */
export interface NodeDetails extends NodeSummary {
  readonly controls: readonly []
  readonly children: readonly ChildGroup[]
  readonly connections: readonly [ConnectionTable, ConnectionTable]
}

/** One entry of `GET /api/probes`. */
export interface ProbeSummary {
  /** Probe id, 16 hex digits. */
  readonly id: string
  readonly hostname: string
  readonly hostId: string
  readonly version: string
  /** ISO 8601 on the app's clock. */
  readonly lastSeen: string
  /** Shares the app's key. */
  readonly verified: boolean
  /** Share of one core used by the probe between its last two reports, percent; null before the second. */
  readonly cpuPercent: number | null
  readonly rssBytes: number
  readonly collectors: readonly {
    readonly id: string
    readonly mode: string
    readonly state: 'ok' | 'degraded' | 'waiting' | 'off'
    readonly reason: string
    /** ISO 8601 on the app's clock. */
    readonly since: string
    readonly counters: Readonly<Record<string, number>>
  }[]
  readonly omitted: Readonly<Record<string, number>>
}

/** `GET /api` */
export interface AppDetails {
  /** Random per start of the app. */
  readonly id: string
  readonly version: string
  readonly hostname: string
  readonly plugins: readonly []
  readonly capabilities: { readonly historic_reports: false }
  /** Report protocols understood. */
  readonly protocols: readonly number[]
  readonly limits: Readonly<Record<string, number>>
}

/** Body of every error answer. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

export type { ConnectionEnd, SingleConnection } from '../report/channel.ts'

/** `GET /api/connections?view=…&edge=…` */
export interface ConnectionsDocument {
  /** Newest first, at most 500. */
  readonly connections: readonly SingleConnection[]
  /** How many there are, of which `connections` are the newest. */
  readonly total: number
  /** Names of the processes at the ends, as views show them, by node id. */
  readonly processNames?: Readonly<Record<string, string>>
  /** The probes asked, and why one did not answer. */
  readonly probes: readonly { readonly id: string; readonly hostname: string; readonly error?: string }[]
}
