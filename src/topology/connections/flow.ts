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
  /** Containers and hosts that hold the address where the connection was made: none, one, or several that claim it. */
  readonly owners: readonly NodeRef[]
  /** Where the connection was made. */
  readonly from: ReportIndex
}

export type End = ProcessEnd | RemoteEnd

/** A connection record of one report. */
export interface RecordRef {
  readonly id: string
  readonly at: ReportIndex
}

/** Connections from one end to a port of another. At least one end is a process. */
export interface Flow {
  readonly client: End
  readonly server: End
  readonly port: number
  readonly numbers: Numbers
  /** What it was made of: the one record that tells of it all, or the client's and the server's. */
  readonly records: readonly [RecordRef] | readonly [client: RecordRef, server: RecordRef]
}

/** What one side tells of connections whose other side it does not see. */
export interface Half {
  readonly role: 'client' | 'server'
  readonly record: RecordRef
  readonly process: ProcessEnd
  readonly clientAddress: Address
  readonly serverAddress: Address
  readonly port: number
  readonly numbers: Numbers
  /** Every connection is counted as it happens (eBPF), not only when a poll meets it. */
  readonly complete: boolean
}
