import type { TranslationSink } from '../../../nat/nat-source.ts'
import { isSameProcess } from '../../../process/directory.ts'
import type { HeldEvent, OpenedEvent, Role, SocketCounters } from '../../sources/events.ts'
import { ownKey } from '../tuple-key.ts'
import { Connection } from './connection.ts'
import { NOTHING_CARRIED, type Socket } from './socket.ts'
import { SocketIndex } from './socket-index.ts'
import { Translations } from './translations.ts'

/** How sockets are matched; times in milliseconds. */
export interface MatcherOptions {
  /** How long a socket may wait for its other end before it is told of alone. */
  readonly graceMs: number
  /** How long a closed socket is kept for its other end, which may be told of later. */
  readonly lingerMs: number
  /** Inode of the network namespace whose address translations are told of. */
  readonly netns: number
}

/**
 * Is told of connections, in the order in which things become known. Nothing is told twice: `alone` may be followed by
 * `joined`, and a connection that was merged into another, or forgotten, is not told of again.
 */
export interface MatchingListener {
  /** Its first end has become known. Nothing is decided: which side that is on may change. */
  opened(connection: Connection): void
  /** Both its ends are known, and which of them is the client's. */
  joined(connection: Connection, nowMs: number): void
  /** Its other end was not met within the grace: which side the known one is on is the best guess. */
  alone(connection: Connection, nowMs: number): void
  /** Something told of it is otherwise: the process of an end, the addresses seen by the other side, or that it was seen to open. */
  corrected(connection: Connection, nowMs: number): void
  /** The counters of its lead moved. */
  counted(connection: Connection, timeMs: number): void
  /** Its lead closed. */
  ended(connection: Connection, timeMs: number): void
  /** It turned out to be the other end of another connection, which is told of as joined next. */
  merged(connection: Connection): void
  /** Its lead is followed no more: what was told of it is final. */
  forgotten(connection: Connection): void
}

/**
 * Finds the two ends of each connection among the sockets that it is told of: by their reversed addresses, on loopback within one
 * network namespace, and through address translations.
 *
 * Pure: it knows no clock but the times that it is told.
 */
export class Matcher {
  readonly #options: MatcherOptions
  readonly #isServerSide: (socket: Socket) => boolean
  readonly #listener: MatchingListener
  readonly #sockets: SocketIndex
  readonly #translations: Translations
  /** Connections with one end that were not told of, oldest first. */
  readonly #waiting = new Set<Connection>()
  #absent = new Set<number>()
  #nowMs = 0

  /** @param isServerSide true for a socket whose local address and port somebody listens on */
  constructor(
    options: MatcherOptions,
    isServerSide: (socket: Socket) => boolean,
    listener: MatchingListener,
  ) {
    this.#options = options
    this.#isServerSide = isServerSide
    this.#listener = listener
    this.#translations = new Translations(
      options.netns,
      options.lingerMs,
      () => this.#nowMs,
      (clientKey, serverKey) => this.#translated(clientKey, serverKey),
    )
    this.#sockets = new SocketIndex(this.#translations, (socket) => this.#forgotten(socket))
  }

  /** Connected sockets followed. */
  get size(): number {
    return this.#sockets.size
  }

  /** Where address translations are told. */
  get translations(): TranslationSink {
    return this.#translations
  }

  /** Sets the clock, which never goes back. */
  advance(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
  }

  /**
   * Takes in a socket that is connected.
   *
   * @param sawOpening false when it was there before, so that it begins at zero
   * @returns true when nothing was known of the socket before
   */
  open(event: OpenedEvent | HeldEvent, role: Role, sawOpening: boolean): boolean {
    const known = this.#sockets.get(event.socket)
    if (known) {
      this.#openAgain(known, event)
      return false
    }
    const { netns, localIp, localPort, remoteIp, remotePort, process, counters } = event
    const socket: Socket = {
      id: event.socket,
      key: ownKey(event),
      ...{ netns, localIp, localPort, remoteIp, remotePort, role, process, counters },
      base: sawOpening ? NOTHING_CARRIED : counters,
      closed: false,
      ...openingOf(event),
    }
    const peer = this.#sockets.peerOf(socket)
    this.#sockets.add(socket)
    if (peer?.connection && !peer.connection.isWhole && !isOlder(peer, event)) {
      this.#join(peer.connection, socket, sawOpening)
    } else {
      const connection = new Connection(socket, sawOpening, event.timeMs)
      socket.connection = connection
      connection.orient(this.#isServerSide)
      this.#waiting.add(connection)
      this.#listener.opened(connection)
    }
    return true
  }

  /** Takes in what a socket has carried by now. */
  count(id: number, counters: SocketCounters, timeMs: number): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    socket.counters = counters
    const { connection } = socket
    if (connection?.lead === socket) this.#listener.counted(connection, timeMs)
  }

  /**
   * Takes in that a socket closed.
   *
   * @param counters what it has carried in all; undefined when nobody could read them any more
   * @param brokenBy `errno` of what broke it, 0 = nothing; undefined when its closing was not seen
   */
  close(id: number, timeMs: number, counters?: SocketCounters, brokenBy?: number): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    if (socket.closed) {
      if (counters) this.count(id, counters, timeMs)
      return
    }
    if (counters) socket.counters = counters
    if (brokenBy !== undefined) socket.brokenBy = brokenBy
    this.#sockets.close(socket, timeMs)
    const { connection } = socket
    if (!connection) return
    if (connection.lead === socket) this.#listener.ended(connection, timeMs)
    this.#letGo(connection)
  }

  /**
   * Descriptors can be handed over: a socket belongs to whoever holds it, when that is no longer who it was known for.
   *
   * @param held every socket with each process that holds it, the likeliest of one socket first
   */
  handOver(held: readonly HeldEvent[]): void {
    const holders = Map.groupBy(held, (event) => event.socket)
    for (const [id, events] of holders) {
      const socket = this.#sockets.get(id)
      const [likeliest] = events
      if (!socket || !likeliest || events.some(({ process }) => isSameProcess(process, socket.process)))
        continue
      socket.process = likeliest.process
      if (socket.connection) this.#correct(socket.connection)
    }
  }

  /** Closes what was not seen twice in a row: a socket that nobody holds may still be closing, and then its close is told. */
  closeUnseen(seen: ReadonlySet<number>): void {
    const missing: number[] = []
    for (const { id, closed } of this.#sockets) if (!closed && !seen.has(id)) missing.push(id)
    for (const id of missing) if (this.#absent.has(id)) this.close(id, this.#nowMs)
    this.#absent = new Set(missing)
  }

  /** Decides what can wait no longer. To be called often. */
  settle(): void {
    for (const connection of this.#waiting) {
      if (connection.sinceMs + this.#options.graceMs > this.#nowMs) break
      this.#waitNoLonger(connection)
    }
    this.#sockets.forgetClosedBefore(this.#nowMs - this.#options.lingerMs)
    this.#translations.settle(this.#nowMs)
  }

  /** A walk may meet a socket before the event of its opening is read, and then knows its counters better. */
  #openAgain(known: Socket, event: OpenedEvent | HeldEvent): void {
    if (event.kind === 'held') {
      this.count(event.socket, event.counters, event.timeMs)
      return
    }
    known.base = NOTHING_CARRIED
    Object.assign(known, openingOf(event))
    const { connection } = known
    if (!connection) return
    connection.sawOpening = true
    this.#correct(connection)
  }

  #join(connection: Connection, end: Socket, sawOpening: boolean): void {
    end.connection = connection
    connection.join(end, sawOpening)
    connection.orient(this.#isServerSide)
    this.#waiting.delete(connection)
    this.#lookAtTranslations(connection)
    this.#listener.joined(connection, this.#nowMs)
    this.#letGo(connection)
  }

  #waitNoLonger(connection: Connection): void {
    this.#waiting.delete(connection)
    this.#lookAtTranslations(connection)
    this.#listener.alone(connection, this.#nowMs)
  }

  #forgotten(socket: Socket): void {
    const { connection } = socket
    if (connection?.lead !== socket) return
    if (this.#waiting.has(connection)) this.#waitNoLonger(connection)
    this.#listener.forgotten(connection)
  }

  #correct(connection: Connection): void {
    if (this.#waiting.has(connection)) return
    this.#lookAtTranslations(connection)
    this.#listener.corrected(connection, this.#nowMs)
  }

  /** Two sockets turn out to be the ends of one connection, since addresses are translated between them. */
  #translated(clientKey: string, serverKey: string): void {
    const connection = this.#sockets.at(clientKey)?.connection
    const server = this.#sockets.at(serverKey)
    const other = server?.connection
    if (connection && other && other !== connection && !connection.isWhole && !other.isWhole) {
      this.#waiting.delete(other)
      this.#listener.merged(other)
      this.#join(connection, server, other.sawOpening)
      return
    }
    const known = connection ?? other
    if (known) this.#correct(known)
  }

  #lookAtTranslations(connection: Connection): void {
    const { client, server } = connection
    connection.seen = client && !server ? this.#translations.seenByServer(client.key) : undefined
    connection.asked = server && !client ? this.#translations.askedFor(server.key) : undefined
  }

  /** Nothing more can become known of it. To keep what is over was most of the cost of many short connections. */
  #letGo({ client, server, isOver }: Connection): void {
    if (!client || !server || !isOver) return
    this.#sockets.forget(client)
    this.#sockets.forget(server)
  }
}

const openingOf = (event: OpenedEvent | HeldEvent): Pick<Socket, 'openedMs' | 'handshakeUs'> => {
  if (event.kind === 'held') return {}
  const { timeMs: openedMs, handshakeUs } = event
  return handshakeUs === undefined ? { openedMs } : { openedMs, handshakeUs }
}

/** A client that connects cannot meet a server socket that closed before. */
const isOlder = (peer: Socket, event: OpenedEvent | HeldEvent): boolean =>
  event.kind !== 'accepted' && peer.closedMs !== undefined && peer.closedMs < event.timeMs
