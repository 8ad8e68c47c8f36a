import type { TranslationSink } from '../../nat/nat-source.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { ConnectionEvent, FailedEvent, HeldEvent, OpenedEvent, Role } from '../sources/events.ts'
import type { ConnectionSink } from '../sources/source.ts'
import { Connection, NOTHING_CARRIED, type Socket } from './connection.ts'
import { Listeners } from './listeners.ts'
import { isProxy, Proxies } from './proxies.ts'
import { type FoldedRecord, NO_SHARE } from './record.ts'
import { RecordBook, type RecordBookOptions, type RecordHooks } from './record-book.ts'
import { SocketIndex } from './socket-index.ts'
import { Translations } from './translations.ts'
import { ownKey } from './tuple-key.ts'

/** How the table decides; times in milliseconds. */
export interface TableOptions extends RecordBookOptions {
  /** How long a socket may wait for its other end before it counts as half a connection. */
  readonly graceMs: number
  /** How long a closed socket is kept for its other end, which may be told of later. */
  readonly lingerMs: number
  /** Inode of the network namespace whose address translations are told of. */
  readonly netns: number
}

/** What the table asks and tells. */
export interface TableHooks extends RecordHooks {
  /** What the client asked for by name when it came upon the address. */
  askedFor(client: ProcessRef, ip: string): string | undefined
}

/**
 * Turns sockets into records: finds the two ends of each connection, folds what is alike, keeps running totals.
 *
 * Pure: it knows no clock but the times of events and of the calls to `settle`.
 */
export class ConnectionTable implements ConnectionSink {
  readonly #options: TableOptions
  readonly #hooks: TableHooks
  readonly #sockets: SocketIndex
  readonly #book: RecordBook
  readonly #translations: Translations
  readonly #proxies = new Proxies()
  readonly listeners = new Listeners()
  /** Connections with one end, oldest first. */
  readonly #waiting = new Set<Connection>()
  #absent = new Set<number>()
  /** What was there before is known. */
  #reconciled = false
  #nowMs = 0

  constructor(options: TableOptions, hooks: TableHooks) {
    this.#options = options
    this.#hooks = hooks
    this.#book = new RecordBook(options, hooks)
    this.#translations = new Translations(
      options.netns,
      options.lingerMs,
      () => this.#nowMs,
      (clientKey, serverKey) => this.#translated(clientKey, serverKey),
    )
    this.#sockets = new SocketIndex(this.#translations)
  }

  get records(): Iterable<FoldedRecord> {
    return this.#book
  }

  /** Connected sockets followed. */
  get tracked(): number {
    return this.#sockets.size
  }

  /** Where address translations are told. */
  get translations(): TranslationSink {
    return this.#translations
  }

  /** Connections that count in a record, one each; the oldest first. */
  *connections(): Iterable<Connection> {
    for (const socket of this.#sockets) {
      const { connection } = socket
      if (connection?.record && connection.lead === socket) yield connection
    }
  }

  apply(events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      this.#nowMs = Math.max(this.#nowMs, event.timeMs)
      this.#applyOne(event)
    }
  }

  reconcile(events: readonly ConnectionEvent[]): void {
    const held = events.filter((event) => event.kind === 'held')
    // several processes may hold one socket: it is most likely served by the one that started last
    held.sort((a, b) => b.process.startTicks - a.process.startTicks)
    // who listens tells which side of a connection is the server's, so it comes first
    this.apply(events.filter((event) => event.kind === 'listening'))
    this.apply(held)
    this.#reconciled = true
    this.#handOver(held)
    const seen = new Set(events.map((event) => event.socket))
    this.listeners.retain(seen)
    // a socket that nobody holds may still be closing; only one that is missing twice was closed unseen
    const missing = [...this.#sockets].filter((s) => !s.closed && !seen.has(s.id))
    for (const socket of missing) if (this.#absent.has(socket.id)) this.#close(socket, this.#nowMs)
    this.#absent = new Set(missing.map((socket) => socket.id))
  }

  /** Decides what can wait no longer. To be called often. */
  settle(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    for (const connection of this.#waiting) {
      if (connection.sinceMs + this.#options.graceMs > this.#nowMs) break
      this.#waiting.delete(connection)
      if (!connection.record) this.#assign(connection)
    }
    this.#sockets.forgetClosedBefore(this.#nowMs - this.#options.lingerMs)
    this.#translations.settle(this.#nowMs)
  }

  /** Folds what is alike, and lets go of what ended a while ago. */
  tidy(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    this.#book.tidy(this.#nowMs)
    this.#proxies.forget((process) => this.#hooks.hasExited(process))
  }

  #applyOne(event: ConnectionEvent): void {
    switch (event.kind) {
      case 'connected':
        this.#open(event, 'client', true)
        break
      case 'accepted':
        this.#open(event, 'server', true)
        break
      case 'held':
        // what was not there at the first walk has opened since, and its opening was missed
        this.#open(event, event.role, this.#reconciled)
        break
      case 'failed':
        this.#fail(event)
        break
      case 'counters':
        this.#count(event.socket, event.counters, event.timeMs)
        break
      case 'closed': {
        if (event.counters) this.#count(event.socket, event.counters, event.timeMs)
        const socket = this.#sockets.get(event.socket)
        if (socket) this.#close(socket, event.timeMs)
        break
      }
      case 'listening':
        this.listeners.add(event)
        break
      case 'unlistened':
        this.listeners.remove(event.socket)
    }
  }

  #open(event: OpenedEvent | HeldEvent, role: Role, sawOpening: boolean): void {
    const known = this.#sockets.get(event.socket)
    if (known) {
      // a walk may meet a socket before the event of its opening is read, and then knows its counters better
      if (event.kind !== 'held') known.connection?.opened(known)
      else this.#count(event.socket, event.counters, event.timeMs)
      return
    }
    const { netns, localIp, localPort, remoteIp, remotePort, process, counters } = event
    const socket: Socket = {
      id: event.socket,
      key: ownKey(event),
      ...{ netns, localIp, localPort, remoteIp, remotePort, role, process, counters },
      // a connection found open begins at zero
      base: sawOpening ? NOTHING_CARRIED : counters,
      closed: false,
    }
    this.listeners.learnAddress(localIp, netns)
    const peer = this.#sockets.peerOf(socket)
    this.#sockets.add(socket)
    if (peer?.connection && !peer.connection.isWhole && !isOlder(peer, event)) {
      socket.connection = peer.connection
      this.#join(peer.connection, socket, sawOpening)
    } else {
      const connection = new Connection(socket, sawOpening, event.timeMs)
      socket.connection = connection
      this.#orient(connection)
      this.#waiting.add(connection)
    }
  }

  #join(connection: Connection, end: Socket, sawOpening: boolean): void {
    connection.join(end, sawOpening)
    this.#orient(connection)
    // where a proxy leads is known a moment later, when it has opened its own connection
    if (isProxy(connection.server?.process) && !this.#proxyTarget(connection) && !connection.record) return
    this.#waiting.delete(connection)
    this.#assign(connection)
    this.#letGo(connection)
  }

  /** Two sockets turn out to be the ends of one connection, since addresses are translated between them. */
  #translated(clientKey: string, serverKey: string): void {
    const client = this.#sockets.at(clientKey)
    const server = this.#sockets.at(serverKey)
    const connection = client?.connection
    const other = server?.connection
    if (!connection) {
      if (other?.record) this.#assign(other)
      return
    }
    if (other && other !== connection && !connection.isWhole && !other.isWhole) {
      this.#withdraw(other)
      this.#waiting.delete(other)
      server.connection = connection
      this.#join(connection, server, other.sawOpening)
    } else if (connection.record) {
      this.#assign(connection)
    }
  }

  /** Descriptors can be handed over: a socket belongs to whoever holds it, when that is no longer who it was known for. */
  #handOver(held: readonly HeldEvent[]): void {
    const holders = Map.groupBy(held, (event) => event.socket)
    for (const [id, events] of holders) {
      const socket = this.#sockets.get(id)
      const [latest] = events
      if (!socket || !latest || events.some(({ process }) => isSame(process, socket.process))) continue
      socket.process = latest.process
      if (socket.connection?.record) this.#assign(socket.connection)
    }
  }

  #orient(connection: Connection): void {
    connection.orient((socket) => this.listeners.isServerSide(socket))
  }

  #count(id: number, counters: Socket['counters'], timeMs: number): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    socket.counters = counters
    const { connection } = socket
    if (connection?.record && connection.lead === socket) this.#update(connection, timeMs)
  }

  #close(socket: Socket, timeMs: number): void {
    if (socket.closed) return
    this.#sockets.close(socket, timeMs)
    const { connection } = socket
    if (connection?.record && connection.lead === socket) this.#update(connection, timeMs)
    if (connection) this.#letGo(connection)
  }

  /** Nothing more can become known of it. To keep what is over was most of the cost of many short connections. */
  #letGo({ client, server, record, isOver }: Connection): void {
    if (!client || !server || !record || !isOver) return
    // where a proxy leads may turn out to be elsewhere
    if (isProxy(client.process) || isProxy(server.process)) return
    this.#sockets.forget(client)
    this.#sockets.forget(server)
  }

  #fail(event: FailedEvent): void {
    const server = this.listeners.ownerOf(event)
    const record = this.#book.find(
      {
        client: event.process,
        ...(server ? { server } : { clientIp: event.localIp }),
        serverIp: event.remoteIp,
        serverPort: event.remotePort,
        netns: event.netns,
      },
      this.#nowMs,
    )
    const failed = event.error !== 0 || event.retransmits > 0
    const { retransmits } = event
    record.change(NO_SHARE, { ...NO_SHARE, failed: failed ? 1 : 0, abandoned: failed ? 0 : 1, retransmits })
    record.lastMs = Math.max(record.lastMs, event.timeMs)
    record.serverName = this.#hooks.askedFor(event.process, event.remoteIp) ?? record.serverName
  }

  #proxyTarget({ server }: Connection) {
    return server && this.#proxies.targetOf(server.process)
  }

  /** Puts a connection into the record where it belongs now, out of the one where it was. */
  #assign(connection: Connection): void {
    const { client, server } = connection
    if (client) connection.seen = this.#translations.seenByServer(client.key)
    if (client && isProxy(client.process)) {
      this.#withdraw(connection)
      if (this.#proxies.learn(connection)) this.#reassignAcceptedBy(client.process)
      return
    }
    const target = this.#proxyTarget(connection)
    const listening = client && !server ? this.listeners.ownerOf(client) : undefined
    const asked = client || !server ? undefined : this.#translations.askedFor(server.key)
    const serverProcess = target ? target.process : (server?.process ?? listening)
    const record = this.#book.find(
      {
        ...(client ? { client: client.process } : {}),
        ...(serverProcess ? { server: serverProcess } : {}),
        ...(client && serverProcess ? {} : { clientIp: connection.clientIp }),
        serverIp: target?.ip ?? connection.serverIp,
        serverPort: target?.port ?? connection.serverPort,
        netns: connection.lead.netns,
        ...(asked ? { asked } : {}),
      },
      this.#nowMs,
    )
    if (connection.record !== record) this.#withdraw(connection)
    connection.record = record
    if (client && !serverProcess)
      record.serverName = this.#hooks.askedFor(client.process, client.remoteIp) ?? record.serverName
    this.#update(connection, connection.lead.closedMs ?? this.#nowMs)
  }

  #reassignAcceptedBy(proxy: ProcessRef): void {
    for (const { connection, process } of this.#sockets)
      if (
        connection?.isWhole &&
        connection.server &&
        isSame(process, proxy) &&
        isSame(connection.server.process, proxy)
      ) {
        this.#waiting.delete(connection)
        this.#assign(connection)
      }
  }

  /** Takes what a connection had added out of its record. */
  #withdraw(connection: Connection): void {
    const { record } = connection
    if (!record) return
    record.change(connection.share, NO_SHARE)
    connection.share = NO_SHARE
    connection.record = undefined
    if (record.isEmpty) this.#book.remove(record)
  }

  #update(connection: Connection, timeMs: number): void {
    const { record } = connection
    if (!record) return
    const share = connection.measure()
    record.change(connection.share, share)
    connection.share = share
    record.lastMs = Math.max(record.lastMs, timeMs)
    const { rttUs } = connection.lead.counters
    if (rttUs > 0) record.rttUs = rttUs
  }
}

const isSame = (one: ProcessRef, other: ProcessRef): boolean =>
  one.pid === other.pid && one.startTicks === other.startTicks

/** A client that connects cannot meet a server socket that closed before. */
const isOlder = (peer: Socket, event: OpenedEvent | HeldEvent): boolean =>
  event.kind !== 'accepted' && peer.closedMs !== undefined && peer.closedMs < event.timeMs
