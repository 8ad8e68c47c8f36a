import { isLinkLocal, isLoopback } from '../../report/ip.ts'
import type { ProcessRef } from '../process/directory.ts'
import { Connection, NOTHING_CARRIED, type Socket } from './connection.ts'
import type { ConnectionEvent, FailedEvent, HeldEvent, OpenedEvent, Role } from './events.ts'
import { Listeners } from './listeners.ts'
import { FoldedRecord, NO_SHARE, type RecordIdentity, recordKey, type Share } from './record.ts'
import type { ConnectionSink } from './source.ts'

/** How the table decides; times in milliseconds. */
export interface TableOptions {
  /** How long a socket may wait for its other end before it counts as half a connection. */
  readonly graceMs: number
  /** How long a closed socket is kept for its other end, which may be told of later. */
  readonly lingerMs: number
  /** How long a record without open connections stays after its last event. */
  readonly retentionMs: number
  /** More exited clients alike than this fold into one record. Rule 10 of the model. */
  readonly exitedClientsApart: number
}

/** What the table tells its owner. */
export interface TableHooks {
  created(record: FoldedRecord): void
  removed(record: FoldedRecord): void
  hasExited(process: ProcessRef): boolean
}

const isScoped = (ip: string): boolean => isLoopback(ip) || isLinkLocal(ip)

const tupleKey = (netns: number, ip: string, port: number, otherIp: string, otherPort: number): string =>
  isScoped(ip) || isScoped(otherIp)
    ? `${netns}|${ip}|${port}|${otherIp}|${otherPort}`
    : `${ip}|${port}|${otherIp}|${otherPort}`

const ownKey = (s: Socket): string => tupleKey(s.netns, s.localIp, s.localPort, s.remoteIp, s.remotePort)
const peerKey = (s: Socket): string => tupleKey(s.netns, s.remoteIp, s.remotePort, s.localIp, s.localPort)

/**
 * Turns sockets into records: finds the two ends of each connection, folds what is alike, keeps running totals.
 *
 * Pure: it knows no clock but the times of events and of the calls to `settle`.
 */
export class ConnectionTable implements ConnectionSink {
  readonly #options: TableOptions
  readonly #hooks: TableHooks
  readonly #sockets = new Map<number, Socket>()
  readonly #byTuple = new Map<string, Socket>()
  readonly #records = new Map<string, FoldedRecord>()
  readonly #listeners = new Listeners()
  /** Connections with one end, oldest first. */
  readonly #waiting = new Set<Connection>()
  /** Closed sockets, oldest first. */
  readonly #lingering = new Set<Socket>()
  #absent = new Set<number>()
  #nextId = 1
  #nowMs = 0

  constructor(options: TableOptions, hooks: TableHooks) {
    this.#options = options
    this.#hooks = hooks
  }

  get records(): Iterable<FoldedRecord> {
    return this.#records.values()
  }

  /** Connected sockets followed. */
  get tracked(): number {
    return this.#sockets.size
  }

  get listening(): number {
    return this.#listeners.size
  }

  apply(events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      this.#nowMs = Math.max(this.#nowMs, event.timeMs)
      this.#applyOne(event)
    }
  }

  reconcile(events: readonly ConnectionEvent[]): void {
    const seen = new Set(events.map((event) => event.socket))
    // who listens tells which side of a connection is the server's, so it comes first
    this.apply(events.filter((event) => event.kind === 'listening'))
    // several processes may hold one socket: it is most likely served by the one that started last
    this.apply(
      events
        .filter((event) => event.kind === 'held')
        .sort((a, b) => b.process.startTicks - a.process.startTicks),
    )
    this.#listeners.retain(seen)
    // a socket that nobody holds may still be closing; only one that is missing twice was closed unseen
    const missing = [...this.#sockets.values()].filter((s) => !s.closed && !seen.has(s.id))
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
    for (const socket of this.#lingering) {
      if ((socket.closedMs ?? 0) + this.#options.lingerMs > this.#nowMs) break
      this.#forget(socket)
    }
  }

  /** Folds exited clients that are alike, and lets go of records that ended a while ago. */
  tidy(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    this.#foldExitedClients()
    for (const record of this.#records.values())
      if (record.isQuiet && record.lastMs + this.#options.retentionMs <= this.#nowMs) this.#remove(record)
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
        this.#open(event, event.role, false)
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
        this.#listeners.add(event)
        break
      case 'unlistened':
        this.#listeners.remove(event.socket)
    }
  }

  #open(event: OpenedEvent | HeldEvent, role: Role, sawOpening: boolean): void {
    const known = this.#sockets.get(event.socket)
    if (known) {
      // a walk may meet a socket before the event of its opening is read
      if (sawOpening) known.connection?.opened(known)
      this.#count(event.socket, event.counters, event.timeMs)
      return
    }
    const socket: Socket = {
      id: event.socket,
      netns: event.netns,
      localIp: event.localIp,
      localPort: event.localPort,
      remoteIp: event.remoteIp,
      remotePort: event.remotePort,
      role,
      process: event.process,
      // a connection found open begins at zero
      base: sawOpening ? NOTHING_CARRIED : event.counters,
      counters: event.counters,
      closed: false,
    }
    this.#sockets.set(socket.id, socket)
    this.#listeners.learnAddress(socket.localIp, socket.netns)
    const peer = this.#byTuple.get(peerKey(socket))
    this.#byTuple.set(ownKey(socket), socket)
    if (peer?.connection && !peer.connection.isWhole && !this.#isOlder(peer, event)) {
      const { connection } = peer
      socket.connection = connection
      connection.join(socket, sawOpening)
      this.#orient(connection)
      this.#waiting.delete(connection)
      this.#assign(connection)
    } else {
      const connection = new Connection(socket, sawOpening, event.timeMs)
      socket.connection = connection
      this.#orient(connection)
      this.#waiting.add(connection)
    }
  }

  /** A client that connects cannot meet a server socket that closed before. */
  #isOlder(peer: Socket, event: OpenedEvent | HeldEvent): boolean {
    return event.kind !== 'accepted' && peer.closedMs !== undefined && peer.closedMs < event.timeMs
  }

  #orient(connection: Connection): void {
    connection.orient((socket) => this.#listeners.isServerSide(socket))
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
    socket.closed = true
    socket.closedMs = timeMs
    this.#lingering.add(socket)
    const { connection } = socket
    if (connection?.record && connection.lead === socket) this.#update(connection, timeMs)
  }

  #forget(socket: Socket): void {
    this.#lingering.delete(socket)
    this.#sockets.delete(socket.id)
    const key = ownKey(socket)
    if (this.#byTuple.get(key) === socket) this.#byTuple.delete(key)
  }

  #fail(event: FailedEvent): void {
    const server = this.#listeners.ownerOf(event)
    const record = this.#record({
      client: event.process,
      ...(server ? { server } : { clientIp: event.localIp }),
      serverIp: event.remoteIp,
      serverPort: event.remotePort,
      netns: event.netns,
    })
    const failed = event.error !== 0 || event.retransmits > 0
    record.change(NO_SHARE, {
      ...NO_SHARE,
      failed: failed ? 1 : 0,
      abandoned: failed ? 0 : 1,
      retransmits: event.retransmits,
    })
    record.lastMs = Math.max(record.lastMs, event.timeMs)
  }

  /** Puts a connection into the record where it belongs now, out of the one where it was. */
  #assign(connection: Connection): void {
    const { client, server, lead } = connection
    const fallback = client && !server ? this.#listeners.ownerOf(client) : undefined
    const serverProcess = server?.process ?? fallback
    const record = this.#record({
      ...(client ? { client: client.process } : {}),
      ...(serverProcess ? { server: serverProcess } : {}),
      ...(client && serverProcess ? {} : { clientIp: connection.clientIp }),
      serverIp: connection.serverIp,
      serverPort: connection.serverPort,
      netns: lead.netns,
    })
    const former = connection.record
    if (former && former !== record) {
      former.change(connection.share, NO_SHARE)
      connection.share = NO_SHARE
      if (former.isEmpty) this.#remove(former)
    }
    connection.record = record
    this.#update(connection, connection.lead.closedMs ?? this.#nowMs)
  }

  #update(connection: Connection, timeMs: number): void {
    const { record } = connection
    if (!record) return
    const share: Share = connection.measure()
    record.change(connection.share, share)
    connection.share = share
    record.lastMs = Math.max(record.lastMs, timeMs)
    const { rttUs } = connection.lead.counters
    if (rttUs > 0) record.rttUs = rttUs
  }

  #record(found: RecordIdentity): FoldedRecord {
    const scoped: RecordIdentity = { ...found, netns: isScoped(found.serverIp) ? found.netns : 0 }
    if (scoped.client && this.#hooks.hasExited(scoped.client)) {
      const group = this.#records.get(recordKey({ ...scoped, exitedClients: true }))
      if (group?.identity.exitedClients) {
        group.clients += 1
        return group
      }
    }
    return this.#recordOf(scoped)
  }

  #recordOf(identity: RecordIdentity): FoldedRecord {
    const key = recordKey(identity)
    const known = this.#records.get(key)
    if (known) return known
    const record = new FoldedRecord(`c${this.#nextId++}`, key, identity, this.#nowMs)
    this.#records.set(key, record)
    this.#hooks.created(record)
    return record
  }

  #remove(record: FoldedRecord): void {
    if (this.#records.delete(record.key)) this.#hooks.removed(record)
  }

  #foldExitedClients(): void {
    const alike = new Map<string, FoldedRecord[]>()
    for (const record of this.#records.values()) {
      const { client, exitedClients } = record.identity
      if (!client || exitedClients || !record.isQuiet || !this.#hooks.hasExited(client)) continue
      const key = recordKey({ ...record.identity, exitedClients: true })
      const others = alike.get(key)
      if (others) others.push(record)
      else alike.set(key, [record])
    }
    for (const [key, records] of alike) {
      const [first] = records
      if (!first || (records.length <= this.#options.exitedClientsApart && !this.#records.has(key))) continue
      const group = this.#recordOf({ ...first.identity, exitedClients: true })
      if (group.totals.opened + group.totals.failed + group.totals.abandoned === 0) group.clients = 0
      for (const record of records) {
        group.change(NO_SHARE, record.totals)
        group.clients += 1
        group.lastMs = Math.max(group.lastMs, record.lastMs)
        group.rttUs = record.rttUs || group.rttUs
        this.#remove(record)
      }
    }
  }
}
