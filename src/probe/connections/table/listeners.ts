import { isLoopback, isUnspecified } from '../../../report/address/ip.ts'
import { ipVersion } from '../../../report/address/ip-version.ts'
import { isSameProcess, type ProcessRef } from '../../process/directory.ts'
import type { HeldEvent, ListeningEvent, OpenedEvent, SocketTuple } from '../sources/events.ts'
import { LocalAddresses } from './local-addresses.ts'

/** How much a listening socket was used. */
export interface ListenerUse {
  /**
   * Number of connections accepted since the socket became known, including those that were already open when they were
   * found.
   */
  accepted: number
  /**
   * When the first of them was seen, in milliseconds of CLOCK_MONOTONIC; undefined when there was none. The same holds
   * for `lastMs`, the time of the last one.
   */
  firstMs?: number
  lastMs?: number
  /** IP address of the client of the last one. */
  lastPeer?: string
}

/** A listening socket and the process that serves it. */
export interface Listener {
  readonly netns: number
  readonly ip: string
  readonly port: number
  /** Of the living processes that hold the socket, the one that started first: for pre-forked workers, their parent. */
  readonly process: ProcessRef
  /** When the socket became known, in milliseconds of CLOCK_MONOTONIC. */
  readonly sinceMs: number
  readonly use: Readonly<ListenerUse>
}

class ListeningSocket implements Listener {
  readonly netns: number
  readonly ip: string
  readonly port: number
  process: ProcessRef
  holders: readonly ProcessRef[]
  /** True when all known holders have ended. The socket still exists, so some unknown process must hold it. */
  isOrphan = false
  readonly sinceMs: number
  readonly use: ListenerUse = { accepted: 0 }

  constructor({ netns, localIp, localPort, process, timeMs }: ListeningEvent) {
    this.sinceMs = timeMs
    this.netns = netns
    this.ip = localIp
    this.port = localPort
    this.process = process
    this.holders = [process]
  }
}

/**
 * The listening sockets of all known network namespaces. Finds the listening socket that a connection came in at, or is
 * going to.
 */
export class Listeners {
  readonly #bySocket = new Map<number, ListeningSocket>()
  readonly #byPort = new Map<number, Set<ListeningSocket>>()
  /** The addresses of this host, and in which network namespace each is. */
  readonly addresses = new LocalAddresses()
  readonly #hasExited: (process: ProcessRef) => boolean
  /** Incremented with each change that a report shows. */
  version = 0

  constructor(hasExited: (process: ProcessRef) => boolean) {
    this.#hasExited = hasExited
  }

  /** Records that a process holds a listening socket. */
  add(event: ListeningEvent): void {
    const known = this.#bySocket.get(event.socket)
    if (known) {
      if (known.holders.some((holder) => isSameProcess(holder, event.process))) return
      this.#setHolders(known, [...known.holders, event.process])
      return
    }
    const listener = new ListeningSocket(event)
    this.version += 1
    this.#bySocket.set(event.socket, listener)
    const samePort = this.#byPort.get(listener.port)
    if (samePort) samePort.add(listener)
    else this.#byPort.set(listener.port, new Set([listener]))
    this.addresses.opened(listener.ip, listener.netns)
  }

  remove(socket: number): void {
    const listener = this.#bySocket.get(socket)
    if (!listener) return
    this.version += 1
    this.#bySocket.delete(socket)
    this.addresses.closed(listener.netns)
    const samePort = this.#byPort.get(listener.port)
    samePort?.delete(listener)
    if (samePort?.size === 0) this.#byPort.delete(listener.port)
  }

  /**
   * Replaces the known sockets by this complete list, with one event for each holder of a socket. Sockets not in the
   * list were closed unseen and are removed.
   *
   * @param unheld further sockets that are open, though no process holds them: these stay as they are
   */
  reconcile(events: readonly ListeningEvent[], unheld: ReadonlySet<number> = new Set()): void {
    const holders = Map.groupBy(events, (event) => event.socket)
    for (const socket of this.#bySocket.keys())
      if (!holders.has(socket) && !unheld.has(socket)) this.remove(socket)
    for (const [socket, all] of holders) {
      const [first] = all
      if (first && !this.#bySocket.has(socket)) this.add(first)
      const listener = this.#bySocket.get(socket)
      if (listener)
        this.#setHolders(
          listener,
          all.map((event) => event.process),
        )
    }
  }

  /**
   * Passes the sockets of ended processes to the other processes that hold them.
   *
   * @returns true when a socket turned out to have no known holder. This happens when a daemon starts to listen and
   *   then forks, and the parent exits. All holders should then be passed to {@link reconcile}
   */
  handOver(): boolean {
    let foundOrphan = false
    for (const listener of this.#bySocket.values()) {
      if (listener.isOrphan || !this.#hasExited(listener.process)) continue
      this.#setHolders(listener, listener.holders)
      foundOrphan ||= listener.isOrphan
    }
    return foundOrphan
  }

  /** Counts a connection that was accepted, or found open, for the listening socket it came in at, if there is one. */
  accepted(event: OpenedEvent | HeldEvent): void {
    const listener = this.#doorOf(event)
    if (listener === undefined) return
    const { use } = listener
    use.accepted += 1
    use.firstMs ??= event.timeMs
    use.lastMs = Math.max(use.lastMs ?? 0, event.timeMs)
    use.lastPeer = event.remoteIp
    // The report has a fact for sockets that were never used, so the first use is a change.
    if (use.accepted === 1) this.version += 1
  }

  /** True when some socket of the same namespace listens on the local address and port of this tuple. */
  isServerSide(tuple: SocketTuple): boolean {
    return this.#find(tuple.localIp, tuple.localPort, tuple.netns) !== undefined
  }

  /** The process of this host that listens at the remote end of a local socket; undefined when there is none. */
  ownerOf(tuple: SocketTuple): ProcessRef | undefined {
    // A link-local address may be in this namespace or at the other end of the link, so its namespace is not guessed.
    const netns = isLoopback(tuple.remoteIp) ? tuple.netns : this.addresses.netnsOf(tuple.remoteIp)
    const listener = netns === undefined ? undefined : this.#find(tuple.remoteIp, tuple.remotePort, netns)
    return listener?.isOrphan ? undefined : listener?.process
  }

  /** The process that serves a listening socket; undefined when it is not known. */
  holderOf(socket: number): ProcessRef | undefined {
    const listener = this.#bySocket.get(socket)
    return listener?.isOrphan ? undefined : listener?.process
  }

  /** Number of listening sockets. */
  get size(): number {
    return this.#bySocket.size
  }

  /** The listening sockets whose serving process is known. */
  *[Symbol.iterator](): Iterator<Listener> {
    for (const listener of this.#bySocket.values()) if (!listener.isOrphan) yield listener
  }

  #setHolders(listener: ListeningSocket, holders: readonly ProcessRef[]): void {
    const { process, isOrphan } = listener
    const living = holders.filter((holder) => !this.#hasExited(holder))
    listener.holders = living
    listener.process = living.reduce(
      (first, next) => (next.startTicks < first.startTicks ? next : first),
      living[0] ?? process,
    )
    listener.isOrphan = living.length === 0
    if (listener.isOrphan !== isOrphan || !isSameProcess(listener.process, process)) this.version += 1
  }

  /**
   * The listening socket that a connection came in at. Several may listen on one address and port: a socket held by the
   * accepting process is preferred.
   */
  #doorOf({ localIp, localPort, netns, process }: OpenedEvent | HeldEvent): ListeningSocket | undefined {
    let door: ListeningSocket | undefined
    let best = 0
    for (const listener of this.#byPort.get(localPort) ?? []) {
      if (listener.netns !== netns) continue
      const { ip } = listener
      const fit = ip === localIp ? 8 : !isUnspecified(ip) ? 0 : ipVersion(ip) === ipVersion(localIp) ? 4 : 2
      const rank = fit === 0 ? 0 : fit + Number(listener.holders.some((one) => isSameProcess(one, process)))
      if (rank <= best) continue
      best = rank
      door = listener
    }
    return door
  }

  #find(ip: string, port: number, netns: number): ListeningSocket | undefined {
    let anyAddress: ListeningSocket | undefined
    for (const listener of this.#byPort.get(port) ?? []) {
      if (listener.netns !== netns) continue
      if (listener.ip === ip) return listener
      if (isUnspecified(listener.ip)) anyAddress ??= listener
    }
    return anyAddress
  }
}
