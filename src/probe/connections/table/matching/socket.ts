import type { ProcessRef } from '../../../process/directory.ts'
import type { Role, SocketCounters, SocketTuple } from '../../sources/events.ts'
import type { Connection } from './connection.ts'

/** The counters of a socket at its opening. */
export const NOTHING_CARRIED: SocketCounters = {
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  rttUs: 0,
  smoothedRttUs: 0,
}

/** One end of a connection as the table follows it. */
export interface Socket extends SocketTuple {
  readonly id: number
  /** Names its addresses and ports (`ownKey`). */
  readonly key: string
  readonly role: Role
  /** Who serves it; another one when the socket was handed over. */
  process: ProcessRef
  /** What it had carried before it was followed. */
  base: SocketCounters
  counters: SocketCounters
  /** When it was opened, where that was seen. */
  openedMs?: number
  /** How long `connect()` took, where that was seen. */
  handshakeUs?: number
  closed: boolean
  closedMs?: number
  /** `errno` of what broke it, 0 = nothing; undefined while it is open, and when its closing was not seen. */
  brokenBy?: number
  /** The socket before it with the same addresses and ports, when that still waited for its other end. */
  before?: Socket | undefined
  connection?: Connection
}
