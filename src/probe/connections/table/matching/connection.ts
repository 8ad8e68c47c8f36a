import type { ProcessRef } from '../../../process/directory.ts'
import type { Role, SocketCounters, SocketTuple } from '../../sources/events.ts'
import type { Endpoint, SeenByServer } from './translations.ts'

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

/**
 * A connection of which one or both ends are known. Until both are known, it may change which of them is the client.
 */
export class Connection {
  /** When its first known end was reported, in milliseconds of CLOCK_MONOTONIC. */
  readonly sinceMs: number
  client: Socket | undefined
  server: Socket | undefined
  /** The addresses as the server sees them, when they are translated on the way and only the client's end is known. */
  seen: SeenByServer | undefined
  /** The address and port that the client connected to, when they were rewritten and only the server's end is known. */
  asked: Endpoint | undefined
  /** The client's address and port before this host rewrote them, when only the server's end is known. */
  from: Endpoint | undefined
  /** True when the opening was seen; false when the connection was already open when it was found. */
  sawOpening: boolean

  constructor(first: Socket, sawOpening: boolean, sinceMs: number) {
    this.client = first
    this.sawOpening = sawOpening
    this.sinceMs = sinceMs
  }

  get isWhole(): boolean {
    return this.client !== undefined && this.server !== undefined
  }

  /** Both ends have closed. */
  get isOver(): boolean {
    return this.client?.closed === true && this.server?.closed === true
  }

  /** The end whose counters are used: the client's when it is known, else the server's. */
  get lead(): Socket {
    return (this.client ?? this.server) as Socket
  }

  /** The server's own address, i.e. after any translation. */
  get serverIp(): string {
    return this.server?.localIp ?? this.seen?.serverIp ?? this.lead.remoteIp
  }

  get serverPort(): number {
    return this.server?.localPort ?? this.seen?.serverPort ?? this.lead.remotePort
  }

  /**
   * The client's address as the server's host sees it: after any translation elsewhere, before any on the server's own
   * host.
   */
  get clientIp(): string {
    return this.from?.ip ?? this.server?.remoteIp ?? this.seen?.clientIp ?? this.lead.localIp
  }

  get clientPort(): number {
    return this.from?.port ?? this.server?.remotePort ?? this.seen?.clientPort ?? this.lead.localPort
  }

  /** Adds the other end. */
  join(second: Socket, sawOpening: boolean): void {
    if (this.client) this.server = second
    else this.client = second
    this.sawOpening ||= sawOpening
  }

  /**
   * Decides which end is the client and which the server: by how their sockets were opened, else by which local port
   * somebody listens on, else the lower port is the server's.
   */
  orient(isServerSide: (socket: Socket) => boolean): void {
    const { client, server } = this
    const one = (client ?? server) as Socket
    const other = client ? server : undefined
    const oneIsServer =
      one.role === 'server' ||
      other?.role === 'client' ||
      (one.role === 'unknown' &&
        other?.role !== 'server' &&
        (isServerSide(one) || (!(other && isServerSide(other)) && one.localPort < one.remotePort)))
    this.client = oneIsServer ? other : one
    this.server = oneIsServer ? one : other
  }
}
