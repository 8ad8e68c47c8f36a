import { isLoopback, isUnspecified } from '../../../report/ip.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { ListeningEvent, SocketTuple } from '../sources/events.ts'
import { isScoped } from './tuple-key.ts'

/** A listening socket. */
export interface Listener {
  readonly netns: number
  readonly ip: string
  readonly port: number
  /** The first of those that share the socket: the parent of pre-forked workers. */
  process: ProcessRef
}

/** Who listens where, on all network namespaces seen; answers whose door a connection is at. */
export class Listeners {
  readonly #bySocket = new Map<number, Listener>()
  readonly #byPort = new Map<number, Set<Listener>>()
  /** Learned from every socket seen, since an address alone does not tell its namespace. */
  readonly #netnsOfIp = new Map<string, number>()
  /** Grows with each change. */
  version = 0

  add(event: ListeningEvent): void {
    const known = this.#bySocket.get(event.socket)
    if (known) {
      if (event.process.startTicks < known.process.startTicks) {
        known.process = event.process
        this.version += 1
      }
      return
    }
    const listener: Listener = {
      netns: event.netns,
      ip: event.localIp,
      port: event.localPort,
      process: event.process,
    }
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

  /** Keeps only these; the others were closed unseen. */
  retain(sockets: ReadonlySet<number>): void {
    for (const socket of this.#bySocket.keys()) if (!sockets.has(socket)) this.remove(socket)
  }

  /** Remembers that a namespace holds an address. */
  learnAddress(ip: string, netns: number): void {
    if (!isUnspecified(ip) && !isScoped(ip)) this.#netnsOfIp.set(ip, netns)
  }

  /** True when a local socket with this tuple came in at a door of its namespace. */
  isServerSide(tuple: SocketTuple): boolean {
    return this.#find(tuple.localIp, tuple.localPort, tuple.netns) !== undefined
  }

  /** The process that listens at the remote end of a local socket; undefined when nobody here does. */
  ownerOf(tuple: SocketTuple): ProcessRef | undefined {
    // a link-local address may be in this namespace or at the other end of the link: no guess
    const netns = isLoopback(tuple.remoteIp) ? tuple.netns : this.#netnsOfIp.get(tuple.remoteIp)
    return netns === undefined ? undefined : this.#find(tuple.remoteIp, tuple.remotePort, netns)?.process
  }

  get size(): number {
    return this.#bySocket.size
  }

  [Symbol.iterator](): Iterator<Listener> {
    return this.#bySocket.values()
  }

  #find(ip: string, port: number, netns: number): Listener | undefined {
    let anyAddress: Listener | undefined
    for (const listener of this.#byPort.get(port) ?? []) {
      if (listener.netns !== netns) continue
      if (listener.ip === ip) return listener
      if (isUnspecified(listener.ip)) anyAddress ??= listener
    }
    return anyAddress
  }
}
