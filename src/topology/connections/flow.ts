import type { Address } from '../../report/schema.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { Numbers } from './numbers.ts'

/** A node of one report. */
export interface NodeRef {
  readonly id: string
  readonly at: ReportIndex
}

/** An end whose process is watched. */
export interface ProcessEnd extends NodeRef {
  readonly kind: 'process'
}

/** An end of which no more is known than its address, and at times who holds that. */
export interface RemoteEnd {
  readonly kind: 'remote'
  readonly address: Address
  /** What the client asked for by name when it connected there; undefined also for a client's end. */
  readonly askedFor: string | undefined
  /** Containers and hosts that hold the address where the connection was made: none, one, or several that claim it. */
  readonly owners: readonly NodeRef[]
  /** Where the connection was made. */
  readonly from: ReportIndex
}

/** What a remote end is called, what it was asked for by first. */
export const namesOf = ({ askedFor, address }: Pick<RemoteEnd, 'askedFor' | 'address'>): string[] => [
  ...(askedFor ? [askedFor] : []),
  ...(address.names ?? []),
]

/** An address, or the network that it stands for. */
export const addressText = ({ ip, prefixBits }: Address): string =>
  prefixBits === undefined ? ip : `${ip}/${prefixBits}`

export type End = ProcessEnd | RemoteEnd

/** A connection record of one report. */
export interface RecordRef {
  readonly id: string
  readonly at: ReportIndex
}

/** An address and port, as the client asked for it: before any translation. */
export interface WantedAddress {
  readonly address: Address
  readonly port: number
}

/** Connections from one end to a port of another. At least one end is a process. */
export interface Flow {
  readonly client: End
  readonly server: End
  readonly port: number
  readonly numbers: Numbers
  /** What the client wanted; told where connections failed. */
  readonly wanted?: WantedAddress
  /** What it was made of: the one record that tells of it all, or the client's and the server's. */
  readonly records: readonly [RecordRef] | readonly [client: RecordRef, server: RecordRef]
}

/**
 * How much of what happened its teller saw: `complete` = every connection as it happens (eBPF), `partial` = so, but events
 * were lost, `polled` = what a poll met.
 */
export type Completeness = 'polled' | 'partial' | 'complete'

/** What one side tells of connections whose other side it does not see. */
export interface Half {
  readonly role: 'client' | 'server'
  readonly record: RecordRef
  readonly process: ProcessEnd
  readonly clientAddress: Address
  readonly serverAddress: Address
  readonly port: number
  /** What the clients asked for, where it was rewritten on the way to this server. */
  readonly original?: WantedAddress
  /** What the client last asked for by name when it connected there. */
  readonly serverName: string | undefined
  /** Ephemeral ports of the newest open connections, as the server sees them; empty when they were not needed. */
  readonly clientPorts: readonly number[]
  readonly numbers: Numbers
  readonly completeness: Completeness
  /** What it meets others by where nobody contests its addresses, once it was asked for. */
  plainKey?: string
}

/** What the clients of a half wanted, as part of a flow; nothing where none of its connections failed. */
export const wantedOf = (
  { original, serverAddress, port }: Pick<Half, 'original' | 'serverAddress' | 'port'>,
  { failed }: Pick<Numbers, 'failed'>,
): Pick<Flow, 'wanted'> => (failed > 0 ? { wanted: original ?? { address: serverAddress, port } } : {})
