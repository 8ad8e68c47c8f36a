import type { TranslationSink } from '../../../nat/nat-source.ts'
import { isSameProcess, type ProcessRef } from '../../../process/directory.ts'
import type {
  HeldEvent,
  OpenedEvent,
  Role,
  SocketCounters,
  SocketTuple,
  WaitingEvent,
} from '../../sources/events.ts'
import { ownKey } from '../tuple-key.ts'
import { Connection, NOTHING_CARRIED, type Socket } from './connection.ts'
import { type OpenSockets, SocketIndex } from './socket-index.ts'
import { Translations } from './translations.ts'
import { UnacceptedSockets } from './unaccepted.ts'

/**
 * How long after a socket is absent from a list of what is open the event of its closing may be applied: several times as long as it
 * takes. On a busy host every list lacks some that have just closed.
 */
const CLOSING_TOLD_MS = 1000

/** Options for matching sockets; times are in milliseconds. */
export interface MatcherOptions {
  /** How long a socket waits for its other end before it is reported alone. */
  readonly graceMs: number
  /** How long a closed socket is kept so that its other end, which may be reported later, can still match. */
  readonly lingerMs: number
  /** Inode of the network namespace in which addresses are translated. */
  readonly netns: number
}

/**
 * Receives what the matcher finds out about connections, in the order in which it becomes known. `alone` may be
 * followed by `joined`. After `merged` or `forgotten` a connection is not reported again.
 */
export interface MatchingListener {
  /** The first end has become known. Which side it is on is not decided yet. */
  opened(connection: Connection): void
  /** Both ends are known, and which of them is the client. */
  joined(connection: Connection, nowMs: number): void
  /** The other end was not found within the grace period. Which side the known end is on is the best guess. */
  alone(connection: Connection, nowMs: number): void
  /**
   * Something reported earlier has changed: the process of an end, the translated addresses, or whether the opening was
   * seen.
   */
  corrected(connection: Connection, nowMs: number): void
  /** The counters of its {@link Connection.lead} changed. */
  counted(connection: Connection, timeMs: number): void
  /** Its {@link Connection.lead} closed. */
  ended(connection: Connection, timeMs: number): void
  /** It turned out to be the other end of another connection, which is reported as joined next. */
  merged(connection: Connection): void
  /** Its {@link Connection.lead} is no longer followed, so what was reported is final. */
  forgotten(connection: Connection): void
}

/**
 * Pairs the sockets that are the two ends of one connection: by their reversed addresses (for loopback within one
 * network namespace only), and through address translations.
 *
 * It reads no clock: time comes only from its callers.
 */
export class Matcher {
  readonly #options: MatcherOptions
  readonly #isServerSide: (socket: Socket) => boolean
  readonly #listener: MatchingListener
  readonly #sockets: SocketIndex
  readonly #translations: Translations
  /** Connections with one known end that wait for the other, oldest first. */
  readonly #waiting = new Set<Connection>()
  readonly #unaccepted = new UnacceptedSockets()
  #lastUnaccepted = 0
  /** Open sockets that the last list of what is open did not have, and when that was. */
  #absent = new Set<number>()
  #absentSinceMs = 0
  #nowMs = 0

  /**
   * @param isServerSide true for a socket whose local address and port somebody listens on
   * @param openSockets is told of each connected socket that opens and closes
   */
  constructor(
    options: MatcherOptions,
    isServerSide: (socket: Socket) => boolean,
    listener: MatchingListener,
    openSockets: OpenSockets,
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
    this.#sockets = new SocketIndex(this.#translations, openSockets, (socket) => this.#forgotten(socket))
  }

  /** Number of connected sockets that are followed. */
  get size(): number {
    return this.#sockets.size
  }

  /** Receives the address translations of this host. */
  get translations(): TranslationSink {
    return this.#translations
  }

  /** Sets the clock, which never goes back. */
  advance(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
  }

  /**
   * Records a connected socket.
   *
   * @param sawOpening false when the socket was already open when it was found: what it carried until then is not
   *   counted
   * @returns true when the socket was not known before
   */
  open(event: OpenedEvent | HeldEvent, role: Role, sawOpening: boolean): boolean {
    const known = this.#sockets.get(event.socket)
    if (known) {
      this.#openAgain(known, event)
      return false
    }
    const ends = common(event, event.process)
    const unaccepted = this.#unaccepted.get(ends.key)
    if (unaccepted) {
      this.#accept(unaccepted, event, sawOpening)
      return true
    }
    this.#open(
      {
        ...ends,
        ...{ id: event.socket, role, counters: event.counters },
        base: sawOpening ? NOTHING_CARRIED : event.counters,
        ...openingOf(event),
      },
      event,
      sawOpening,
    )
    return true
  }

  /**
   * Records which connections wait to be accepted: all there are. Until one is accepted, it is the process's that listens. A
   * connection whose client is on this host is known without that.
   *
   * @param sawOpening false when they may have been made before the first event
   */
  waiting(events: readonly WaitingEvent[], sawOpening: boolean): void {
    const keys = new Set<string>()
    for (const event of events) {
      const socket: Socket = {
        ...common(event, event.process),
        ...{ id: --this.#lastUnaccepted, role: 'server', counters: NOTHING_CARRIED, base: NOTHING_CARRIED },
      }
      keys.add(socket.key)
      const known = this.#unaccepted.get(socket.key)
      if (known) this.#passTo(known, event.process)
      else if (this.#sockets.at(socket.key)?.closed !== false && !this.#sockets.peerOf(socket)) {
        this.#unaccepted.add(socket)
        this.#open(socket, event, sawOpening)
      }
    }
    for (const { id } of this.#unaccepted.retain(keys)) this.close(id, this.#nowMs)
  }

  #open(socket: Socket, event: OpenedEvent | HeldEvent | WaitingEvent, sawOpening: boolean): void {
    const peer = this.#sockets.peerOf(socket, peerOpenAtMs(event))
    this.#sockets.add(socket)
    if (peer?.connection && !peer.connection.isWhole) {
      this.#join(peer.connection, socket, sawOpening)
    } else {
      const connection = new Connection(socket, sawOpening, event.timeMs)
      socket.connection = connection
      connection.orient(this.#isServerSide)
      this.#waiting.add(connection)
      this.#listener.opened(connection)
    }
  }

  /** An end that waited is in the hands of a process now. */
  #accept(socket: Socket, event: OpenedEvent | HeldEvent, sawOpening: boolean): void {
    this.#unaccepted.delete(socket)
    this.#sockets.rename(socket, event.socket)
    socket.process = event.process
    socket.counters = event.counters
    socket.base = sawOpening ? NOTHING_CARRIED : event.counters
    Object.assign(socket, openingOf(event))
    const { connection } = socket
    if (!connection) return
    connection.sawOpening ||= sawOpening
    this.#correct(connection)
  }

  #passTo(socket: Socket, process: ProcessRef): void {
    if (isSameProcess(socket.process, process)) return
    socket.process = process
    if (socket.connection) this.#correct(socket.connection)
  }

  /** Records the current counters of a socket. */
  count(id: number, counters: SocketCounters, timeMs: number): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    socket.counters = counters
    const { connection } = socket
    if (connection?.lead === socket) this.#listener.counted(connection, timeMs)
  }

  /**
   * Records that a socket closed.
   *
   * @param counters its final counters; undefined when they could not be read any more
   * @param brokenBy `errno` that ended the connection, 0 = closed normally; undefined when its closing was not seen
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
   * Updates the process of each socket that its known process no longer holds: descriptors can be passed between
   * processes.
   *
   * @param held one event for each socket and process that holds it; for one socket, the most likely process first
   */
  handOver(held: readonly HeldEvent[]): void {
    const holders = Map.groupBy(held, (event) => event.socket)
    for (const [id, events] of holders) {
      const socket = this.#sockets.get(id)
      const [likeliest] = events
      if (!socket || !likeliest || events.some(({ process }) => isSameProcess(process, socket.process)))
        continue
      this.#passTo(socket, likeliest.process)
    }
  }

  /**
   * Closes the sockets that were missing twice in a row, except for those that wait to be accepted. Once is not enough: a
   * socket may be closing, and its close event is yet to come.
   *
   * @param seen the sockets that are open, whoever holds them
   */
  closeUnseen(seen: ReadonlySet<number>): void {
    const missing: number[] = []
    for (const socket of this.#sockets)
      if (!socket.closed && !seen.has(socket.id) && !this.#unaccepted.has(socket)) missing.push(socket.id)
    for (const id of missing) if (this.#absent.has(id)) this.close(id, this.#nowMs)
    this.#absent = new Set(missing)
    this.#absentSinceMs = this.#nowMs
  }

  /**
   * Whether a socket that {@link closeUnseen} did not find is open still, though the event of its closing would have come by now: so that
   * event was missed. It is closed when the next list of sockets does not have it either.
   */
  isClosingMissed(): boolean {
    if (this.#nowMs < this.#absentSinceMs + CLOSING_TOLD_MS) return false
    for (const id of this.#absent) if (this.#sockets.get(id)?.closed !== false) this.#absent.delete(id)
    return this.#absent.size > 0
  }

  /** Reports sockets whose grace period is over, and forgets closed ones. Call it often. */
  settle(): void {
    for (const connection of this.#waiting) {
      if (connection.sinceMs + this.#options.graceMs > this.#nowMs) break
      this.#waitNoLonger(connection)
    }
    this.#sockets.forgetClosedBefore(this.#nowMs - this.#options.lingerMs)
    this.#translations.settle(this.#nowMs)
  }

  /**
   * Handles an event for a known socket. A walk may find a socket before the event of its opening is read, and then has
   * the newer counters.
   */
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
    // The walk may have found it after its client had closed, when only this event shows that it may be the other end.
    const peer = event.kind === 'accepted' ? this.#sockets.peerOf(known)?.connection : undefined
    if (peer && peer !== connection && !peer.isWhole && !connection.isWhole) this.#merge(peer, known, true)
    else this.#correct(connection)
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

  /** Joins an end that was taken for another connection. */
  #merge(connection: Connection, end: Socket, sawOpening: boolean): void {
    if (end.connection) {
      this.#waiting.delete(end.connection)
      this.#listener.merged(end.connection)
    }
    this.#join(connection, end, sawOpening)
  }

  #waitNoLonger(connection: Connection): void {
    this.#waiting.delete(connection)
    this.#lookAtTranslations(connection)
    this.#listener.alone(connection, this.#nowMs)
  }

  #forgotten(socket: Socket): void {
    this.#unaccepted.delete(socket)
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

  /** Called when a translation shows that two sockets are the ends of one connection. */
  #translated(clientKey: string, serverKey: string): void {
    const connection = this.#sockets.at(clientKey)?.connection
    const server = this.#sockets.at(serverKey)
    const other = server?.connection
    if (connection && other && other !== connection && !connection.isWhole && !other.isWhole) {
      this.#merge(connection, server, other.sawOpening)
      return
    }
    const known = connection ?? other
    if (known) this.#correct(known)
  }

  #lookAtTranslations(connection: Connection): void {
    const { client, server } = connection
    connection.seen = client && !server ? this.#translations.seenByServer(client.key) : undefined
    const remote = client ? undefined : server
    connection.asked = remote && this.#translations.askedFor(remote.key)
    connection.from = remote && this.#translations.cameFrom(remote.key)
  }

  /**
   * Forgets a connection whose ends have both closed, since nothing more can become known about it. Keeping these was
   * most of the cost of many short connections.
   */
  #letGo({ client, server, isOver }: Connection): void {
    if (!client || !server || !isOver) return
    this.#sockets.forget(client)
    this.#sockets.forget(server)
  }
}

const common = (
  event: SocketTuple,
  process: ProcessRef,
): Pick<Socket, 'key' | 'process' | 'closed' | keyof SocketTuple> => {
  const { netns, localIp, localPort, remoteIp, remotePort } = event
  return { key: ownKey(event), netns, localIp, localPort, remoteIp, remotePort, process, closed: false }
}

const openingOf = (event: OpenedEvent | HeldEvent): Pick<Socket, 'openedMs' | 'handshakeUs'> => {
  if (event.kind === 'held') return {}
  const { timeMs: openedMs, handshakeUs } = event
  return handshakeUs === undefined ? { openedMs } : { openedMs, handshakeUs }
}

/**
 * Until when the other end cannot have closed. `accept()` may return after the client has closed, so there is no such time for
 * accepted sockets and those that wait for it.
 */
const peerOpenAtMs = ({ kind, timeMs }: OpenedEvent | HeldEvent | WaitingEvent): number | undefined =>
  kind === 'accepted' || kind === 'waiting' ? undefined : timeMs
