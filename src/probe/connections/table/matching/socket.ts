import type { ProcessRef } from '../../../process/directory.ts'
import type { Role, SocketCounters, SocketTuple } from '../../sources/events.ts'
import type { Connection } from './connection.ts'

/** The counters of a newly opened socket. */
export const NOTHING_CARRIED: SocketCounters = {
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  rttUs: 0,
  smoothedRttUs: 0,
}

/** One end of a connection, with its current state. */
export interface Socket extends SocketTuple {
  /** Changes once, when a connection is accepted that was known before. */
  id: number
  /** Identifies its addresses and ports; the result of `ownKey`. */
  readonly key: string
  readonly role: Role
  /** The process that uses the socket; changes when the socket is passed to another process. */
  process: ProcessRef
  /** Its counters when it was first seen; subtracted from the current ones. */
  base: SocketCounters
  counters: SocketCounters
  /** When it was opened; undefined when the opening was not seen. */
  openedMs?: number
  /** How long `connect()` took; undefined when that was not seen. */
  handshakeUs?: number
  closed: boolean
  closedMs?: number
  /** `errno` that ended it, 0 = closed normally; undefined while it is open, and when its closing was not seen. */
  brokenBy?: number
  /** The previous socket with the same addresses and ports, if it still waited for its other end. */
  before?: Socket | undefined
  connection?: Connection
}
