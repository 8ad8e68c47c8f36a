import { ipVersion, isLoopback, isUnspecified } from '../../../report/address/ip.ts'
import { isSameProcess, type ProcessRef } from '../../process/directory.ts'
import type { HeldEvent, ListeningEvent, OpenedEvent, SocketTuple } from '../sources/events.ts'
import { LocalAddresses } from './local-addresses.ts'

/** What use was made of a listening socket. */
export interface ListenerUse {
  /** Connections accepted while it was known, with those that were open when it was met. */
  accepted: number
  /** When the first and the last of them were met, CLOCK_MONOTONIC; undefined when none was. */
  firstMs?: number
  lastMs?: number
  /** Where the last of them came from. */
  lastPeer?: string
}

/** A listening socket and who serves it. */
export interface Listener {
  readonly netns: number
  readonly ip: string
  readonly port: number
  /** Of the processes that hold it and live, the one that started first: the parent of pre-forked workers. */
  readonly process: ProcessRef
  /** Known since then, CLOCK_MONOTONIC. */
  readonly sinceMs: number
  readonly use: Readonly<ListenerUse>
}

class ListeningSocket implements Listener {
  readonly netns: number
  readonly ip: string
  readonly port: number
  process: ProcessRef
  holders: readonly ProcessRef[]
  /** All that are known to hold it have ended, so that somebody must who is not known. */
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

/** Who listens where, on all network namespaces seen; answers whose door a connection is at. */
export class Listeners {
  readonly #bySocket = new Map<number, ListeningSocket>()
  readonly #byPort = new Map<number, Set<ListeningSocket>>()
  readonly #addresses = new LocalAddresses()
  readonly #hasExited: (process: ProcessRef) => boolean
  /** Grows with each change. */
  version = 0

  constructor(hasExited: (process: ProcessRef) => boolean) {
    this.#hasExited = hasExited
  }

  /** Takes in that a process holds a listening socket. */
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
    this.learnAddress(listener.ip, listener.netns)
  }

  remove(socket: number): void {
    const listener = this.#bySocket.get(socket)
    if (!listener) return
    this.version += 1
    this.#bySocket.delete(socket)
    const samePort = this.#byPort.get(listener.port)
    samePort?.delete(listener)
    if (samePort?.size === 0) this.#byPort.delete(listener.port)
  }

  /** Takes in all listening sockets, each with everyone who holds it; those not among them were closed unseen. */
  reconcile(events: readonly ListeningEvent[]): void {
    const holders = Map.groupBy(events, (event) => event.socket)
    for (const socket of this.#bySocket.keys()) if (!holders.has(socket)) this.remove(socket)
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
   * Hands the sockets of processes that ended to others who hold them.
   *
   * @returns true when a socket has turned out to be held by nobody known: a daemon forks after it began to listen, and its
   *   parent ends. Everyone who holds it is then to be told by {@link reconcile}
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

  /** Remembers that a namespace holds an address. */
  learnAddress(ip: string, netns: number): void {
    this.#addresses.learn(ip, netns)
  }

  /** Takes in that a connection was accepted, or met open: it counts for the socket that it came in at, if any. */
  accepted(event: OpenedEvent | HeldEvent): void {
    const listener = this.#doorOf(event)
    if (listener === undefined) return
    const { use } = listener
    use.accepted += 1
    use.firstMs ??= event.timeMs
    use.lastMs = Math.max(use.lastMs ?? 0, event.timeMs)
    use.lastPeer = event.remoteIp
    // That it was never used is told as a fact.
    if (use.accepted === 1) this.version += 1
  }

  /** True when a local socket with this tuple came in at a door of its namespace. */
  isServerSide(tuple: SocketTuple): boolean {
    return this.#find(tuple.localIp, tuple.localPort, tuple.netns) !== undefined
  }

  /** The process that listens at the remote end of a local socket; undefined when nobody here does. */
  ownerOf(tuple: SocketTuple): ProcessRef | undefined {
    // a link-local address may be in this namespace or at the other end of the link: no guess
    const netns = isLoopback(tuple.remoteIp) ? tuple.netns : this.#addresses.netnsOf(tuple.remoteIp)
    const listener = netns === undefined ? undefined : this.#find(tuple.remoteIp, tuple.remotePort, netns)
    return listener?.isOrphan ? undefined : listener?.process
  }

  /** Listening sockets. */
  get size(): number {
    return this.#bySocket.size
  }

  /** Those of which it is known who serves them. */
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

  /** Several sockets may listen on one address and port: that of the process which accepted goes first. */
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
