import type { Socket } from './socket.ts'
import type { Asked, SeenByServer } from './translations.ts'

/** A connection with one or both of its ends. Which of them is the client's may still change, until both are known. */
export class Connection {
  /** When its first end was told of. */
  readonly sinceMs: number
  client: Socket | undefined
  server: Socket | undefined
  /** How its server sees it, where addresses are translated on the way and its client is of this host. */
  seen: SeenByServer | undefined
  /** What its client asked for, where that was rewritten and the client is not of this host. */
  asked: Asked | undefined
  /** Its opening was seen: it was not there before. */
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
}
