import type { ProcessRef } from '../../process/directory.ts'
import type { Role, SocketCounters, SocketTuple } from '../sources/events.ts'
import { type FoldedRecord, NO_SHARE, type Share } from './record.ts'
import type { SeenByServer } from './translations.ts'

/** The counters of a socket at its opening. */
export const NOTHING_CARRIED: SocketCounters = { bytesSent: 0, bytesReceived: 0, retransmits: 0, rttUs: 0 }

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
  closed: boolean
  closedMs?: number
  /** The socket before it with the same addresses and ports, when that still waited for its other end. */
  before?: Socket | undefined
  connection?: Connection
}

/** A connection with one or both of its ends. */
export class Connection {
  readonly sinceMs: number
  client: Socket | undefined
  server: Socket | undefined
  #record: FoldedRecord | undefined
  /** How its server sees it, where addresses are translated on the way. */
  seen: SeenByServer | undefined
  /** What it has added to its record. */
  share: Share = NO_SHARE
  /** Its opening was seen, so that it counts as opened. */
  sawOpening: boolean

  constructor(first: Socket, sawOpening: boolean, sinceMs: number) {
    this.client = first
    this.sawOpening = sawOpening
    this.sinceMs = sinceMs
  }

  /** Where it counts. */
  get record(): FoldedRecord | undefined {
    return this.#record?.foldedInto ?? this.#record
  }

  set record(record: FoldedRecord | undefined) {
    this.#record = record
  }

  get isWhole(): boolean {
    return this.client !== undefined && this.server !== undefined
  }

  /** Both ends have closed. */
  get isOver(): boolean {
    return this.client?.closed === true && this.server?.closed === true
  }

  /** The end whose numbers count: the client's where it is seen. */
  get lead(): Socket {
    return (this.client ?? this.server) as Socket
  }

  /** As the server has it: after any translation. */
  get serverIp(): string {
    return this.server?.localIp ?? this.seen?.serverIp ?? this.lead.remoteIp
  }

  get serverPort(): number {
    return this.server?.localPort ?? this.seen?.serverPort ?? this.lead.remotePort
  }

  /** As the server sees it: after any translation. */
  get clientIp(): string {
    return this.server?.remoteIp ?? this.seen?.clientIp ?? this.lead.localIp
  }

  get clientPort(): number {
    return this.server?.remotePort ?? this.seen?.clientPort ?? this.lead.localPort
  }

  /** Adds the other end. */
  join(second: Socket, sawOpening: boolean): void {
    if (this.client) this.server = second
    else this.client = second
    this.sawOpening ||= sawOpening
  }

  /** Says that the opening of one of its ends was seen after all. */
  opened(end: Socket): void {
    this.sawOpening = true
    end.base = NOTHING_CARRIED
  }

  /**
   * Sees to it that client and server are what they are called: by how their sockets were opened, else by who listens, else
   * the lower port is the server's.
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

  /** What the connection adds to its record now. */
  measure(): Share {
    const { lead } = this
    const sent = lead.counters.bytesSent - lead.base.bytesSent
    const received = lead.counters.bytesReceived - lead.base.bytesReceived
    const opened = this.sawOpening ? 1 : 0
    return {
      open: lead.closed ? 0 : 1,
      opened,
      closed: lead.closed ? 1 : 0,
      failed: 0,
      abandoned: 0,
      bytesSent: Math.max(0, this.client ? sent : received),
      bytesReceived: Math.max(0, this.client ? received : sent),
      retransmits: Math.max(0, lead.counters.retransmits - lead.base.retransmits),
    }
  }
}
