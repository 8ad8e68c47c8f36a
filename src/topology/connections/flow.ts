import type { Address } from '../../report/schema.ts'
import { compareIndexes, type ReportIndex } from '../reports/index/report-index.ts'
import type { Numbers } from './numbers.ts'

/** A reference to a node of one probe's reports. */
export interface NodeRef {
  readonly id: string
  /** That of the latest report: it stays the same object while reports come one after the other. */
  readonly at: ReportIndex
}

/** An end of a connection whose process a probe reports. */
export interface ProcessEnd extends NodeRef {
  readonly kind: 'process'
}

/**
 * An end of a connection whose process is not known: only its address and, where it can be found out, who holds that
 * address.
 */
export interface RemoteEnd {
  readonly kind: 'remote'
  readonly address: Address
  /** The host name that the client resolved to this address; undefined when not known, and for the client's end. */
  readonly askedFor: string | undefined
  /**
   * The containers and hosts that hold the address, as seen from `from`. Empty when nobody is known to; several when
   * more than one claims it.
   */
  readonly owners: readonly NodeRef[]
  /** The index of the latest report that has the connection. */
  readonly from: ReportIndex
}

/** The names of a remote end: first the name that the client resolved, then the names of its address. */
export const namesOf = ({ askedFor, address }: Pick<RemoteEnd, 'askedFor' | 'address'>): string[] => [
  ...(askedFor ? [askedFor] : []),
  ...(address.names ?? []),
]

/** The address as text, or `ip/bits` when it stands for a network. */
export const addressText = ({ ip, prefixBits }: Address): string =>
  prefixBits === undefined ? ip : `${ip}/${prefixBits}`

export type End = ProcessEnd | RemoteEnd

/** A reference to a connection record of one probe's reports. */
export interface RecordRef {
  readonly id: string
  readonly at: ReportIndex
}

/** The address and port that the client connected to, before any network address translation. */
export interface WantedAddress {
  readonly address: Address
  readonly port: number
}

/** Connections from one end to a port of another. At least one end is a process. */
export interface Flow {
  readonly client: End
  readonly server: End
  readonly port: number
  /**
   * As they were told last. A stitched flow of which nothing but these changes stays the object that it is, and gets them anew; the
   * numbers themselves never change.
   */
  numbers: Numbers
  /** The address that the client tried to reach; only present when connections failed. */
  readonly wanted?: WantedAddress
  /**
   * The records this flow was made of: a single one that describes the whole flow, or the client's and the server's.
   */
  readonly records: readonly [RecordRef] | readonly [client: RecordRef, server: RecordRef]
}

/**
 * An order of flows that depends on the records they are made of, and on nothing that was before. Where rates are added
 * up, or the first of several names is taken, the result must not depend on the order in which reports changed.
 */
export const compareFlows = (a: Flow, b: Flow): number => {
  const [[first, second], [otherFirst, otherSecond]] = [a.records, b.records]
  const order = compareRecords(first, otherFirst)
  if (order !== 0) return order
  if (second === undefined || otherSecond === undefined)
    return Number(second !== undefined) - Number(otherSecond !== undefined)
  return compareRecords(second, otherSecond)
}

/** An order of records by their report and id, which does not depend on their places in the report. */
export const compareRecords = (a: RecordRef, b: RecordRef): number =>
  compareIndexes(a.at, b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * How many of the connections a probe sees. `complete`: every connection, as it happens (eBPF). `partial`: the same,
 * but some events were lost. `polled`: only connections that were open when the probe polled.
 */
export type Completeness = 'polled' | 'partial' | 'complete'

/**
 * One side's record of connections whose other end is not a process of the same report. {@link stitch} joins the
 * halves of different reports.
 */
export interface Half {
  readonly role: 'client' | 'server'
  readonly record: RecordRef
  readonly process: ProcessEnd
  readonly clientAddress: Address
  readonly serverAddress: Address
  readonly port: number
  /** The address that clients connected to, when the server's host rewrote it (a published port, for example). */
  readonly original?: WantedAddress | undefined
  /** The host name that the client last resolved to the server's address; undefined when not known. */
  readonly serverName: string | undefined
  /** Client ports of the newest open connections, as the server sees them. Empty when the report does not have them. */
  readonly clientPorts: readonly number[]
  /** Since when its connections have been counted, in ms of the probe's uptime. */
  readonly sinceMs: number
  /** When the last event of its connections happened, in ms of the probe's uptime. */
  readonly lastMs: number
  readonly numbers: Numbers
  readonly completeness: Completeness
  /** Cached key for matching halves whose addresses are not contested; see `plainKey` in `joining/meeting.ts`. */
  plainKey?: string | undefined
}

/** The `wanted` field of a flow made from a half; empty when none of its connections failed. */
export const wantedOf = (
  { original, serverAddress, port }: Pick<Half, 'original' | 'serverAddress' | 'port'>,
  { failed }: Pick<Numbers, 'failed'>,
): Pick<Flow, 'wanted'> => (failed > 0 ? { wanted: original ?? { address: serverAddress, port } } : {})
