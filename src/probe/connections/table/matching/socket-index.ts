import { peerKey } from '../tuple-key.ts'
import type { Socket } from './connection.ts'
import type { Translations } from './translations.ts'

/** How much longer a closed socket is kept when its other end was not found, and how many such sockets are kept. */
const UNMET_MS = 30_000
const MAX_UNMET = 10_000

/** How long after a process has exited none of its sockets is in the index any more: twice as long as needed. */
export const SOCKETS_KEPT_MS = 2 * UNMET_MS

/** Is told of sockets that open and close, with the inode of their network namespace and the address that they have there. */
export interface OpenSockets {
  opened(ip: string, netns: number): void
  closed(netns: number): void
}

/**
 * The followed sockets, by id and by addresses. Closed sockets are kept for a while so that their other end can still
 * match.
 */
export class SocketIndex {
  readonly #byId = new Map<number, Socket>()
  readonly #byTuple = new Map<string, Socket>()
  /** Closed sockets, oldest first. */
  readonly #closed = new Set<Socket>()
  /**
   * Closed sockets whose other end was not found, oldest first: a busy server may accept long after its client has
   * gone.
   */
  readonly #unmet = new Set<Socket>()
  readonly #translations: Translations
  readonly #openSockets: OpenSockets
  readonly #onForgotten: (socket: Socket) => void

  /** @param onForgotten called with each socket that is no longer followed */
  constructor(translations: Translations, openSockets: OpenSockets, onForgotten: (socket: Socket) => void) {
    this.#translations = translations
    this.#openSockets = openSockets
    this.#onForgotten = onForgotten
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: number): Socket | undefined {
    return this.#byId.get(id)
  }

  /** The newest socket with these addresses. @param key of `ownKey` */
  at(key: string): Socket | undefined {
    return this.#byTuple.get(key)
  }

  /**
   * The socket at the other end, also when addresses are translated on the way.
   *
   * @param openAtMs leaves out those that had closed by then
   */
  peerOf(socket: Socket, openAtMs = Number.NEGATIVE_INFINITY): Socket | undefined {
    const direct = this.#byTuple.get(peerKey(socket))
    if (direct) return this.#inTurn(socket, direct, openAtMs)
    const translated = this.#translations.otherEnd(socket.key)
    const peer = translated === undefined ? undefined : this.#byTuple.get(translated)
    return peer && this.#inTurn(socket, peer, openAtMs)
  }

  /**
   * For an accepted socket, the oldest unmatched peer with these addresses: connections with the same addresses and
   * ports are accepted in the order in which they were made.
   */
  #inTurn(socket: Socket, newest: Socket, openAtMs: number): Socket | undefined {
    const isPossible = ({ closedMs }: Socket) => closedMs === undefined || closedMs >= openAtMs
    let first = isPossible(newest) ? newest : undefined
    if (socket.role !== 'server') return first
    for (let peer = newest.before; peer; peer = peer.before)
      if (this.#byId.get(peer.id) === peer && !peer.connection?.isWhole && isPossible(peer)) first = peer
    return first
  }

  add(socket: Socket): void {
    const before = this.#byTuple.get(socket.key)
    if (before && !before.connection?.isWhole) socket.before = before
    this.#byId.set(socket.id, socket)
    this.#openSockets.opened(socket.localIp, socket.netns)
    this.#byTuple.set(socket.key, socket)
  }

  /** Changes the id of a socket. */
  rename(socket: Socket, id: number): void {
    this.#byId.delete(socket.id)
    socket.id = id
    this.#byId.set(id, socket)
  }

  close(socket: Socket, timeMs: number): void {
    socket.closed = true
    socket.closedMs = timeMs
    this.#openSockets.closed(socket.netns)
    this.#closed.add(socket)
  }

  forgetClosedBefore(timeMs: number): void {
    for (const socket of this.#closed) {
      if ((socket.closedMs ?? 0) > timeMs) break
      if (socket.connection?.isWhole) {
        this.forget(socket)
      } else {
        this.#closed.delete(socket)
        this.#unmet.add(socket)
      }
    }
    for (const socket of this.#unmet) {
      const isDue = (socket.closedMs ?? 0) + UNMET_MS <= timeMs
      if (!isDue && this.#unmet.size <= MAX_UNMET) break
      this.forget(socket)
    }
  }

  forget(socket: Socket): void {
    this.#closed.delete(socket)
    this.#unmet.delete(socket)
    this.#byId.delete(socket.id)
    socket.before = undefined
    if (this.#byTuple.get(socket.key) === socket) this.#byTuple.delete(socket.key)
    this.#onForgotten(socket)
  }
}
