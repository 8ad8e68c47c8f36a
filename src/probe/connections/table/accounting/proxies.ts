import type { ProcessRef } from '../../../process/directory.ts'
import type { SocketTuple } from '../../sources/events.ts'
import type { Connection } from '../matching/connection.ts'
import { SOCKETS_KEPT_MS } from '../matching/socket-index.ts'

/**
 * How far apart the two connections may start. A proxy begins to open its own connection right after it accepts one, but a
 * polling source may find the two in different polls.
 */
export const WINDOW_MS = 3000

/** The process and address that a proxy forwards to. */
export interface ProxyTarget {
  /** Undefined when the container's process is not known. */
  readonly process: ProcessRef | undefined
  readonly ip: string
  readonly port: number
}

interface Proxy {
  readonly process: ProcessRef
  /** The last connection that the proxy opened. All of them go to the same address and port. */
  last: Connection | undefined
  /** Connections accepted recently, still followed, and not yet matched to one that the proxy opened; oldest first. */
  readonly accepted: Set<Connection>
  /** Connections opened recently, still followed, and not yet matched to one that the proxy accepted; oldest first. */
  readonly opened: Set<Connection>
  /** Connections accepted before the proxy's target was known. */
  readonly undirected: Set<Connection>
  /** See {@link Proxies.isLone}. */
  readonly lone: Set<Connection>
  /** When it accepted the last of all connections. */
  acceptedMs: number
  /** When it was first found to have exited. */
  exitedMs: number | undefined
}

const keyOf = ({ pid, startTicks }: ProcessRef): string => `${pid}:${startTicks}`

/**
 * Resolves connections through Docker's proxies. A connection that a proxy accepts is shown as one connection from the
 * real client to the process in the container that serves it. The connection that the proxy opens itself is not shown.
 *
 * A proxy opens each connection for one that it accepted just before. When several clients wait at the same time, it
 * cannot be told which of them the new connection is for. Those connections are attributed to the process that listens
 * in the container.
 */
export class Proxies {
  readonly #ownerOf: (tuple: SocketTuple) => ProcessRef | undefined
  readonly #proxies = new Map<string, Proxy>()
  /** From an accepted connection to the one that the proxy opened for it. */
  readonly #onward = new Map<Connection, Connection>()
  readonly #origin = new Map<Connection, Connection>()
  /** Accepted connections that several opened connections could belong to, or the other way round. */
  readonly #ambiguous = new WeakSet<Connection>()
  /** The proxy at one end of each connection that was recorded. */
  readonly #met = new WeakMap<Connection, Proxy>()

  /** @param ownerOf the process that listens at the remote end of a socket */
  constructor(ownerOf: (tuple: SocketTuple) => ProcessRef | undefined) {
    this.#ownerOf = ownerOf
  }

  /**
   * Records a connection that a proxy has accepted.
   *
   * @returns connections that the proxy opened and that were lone so far; see {@link isLone}
   */
  accepted(connection: Connection): readonly Connection[] {
    const { server } = connection
    if (!server || this.#met.has(connection)) return []
    const acceptedMs = acceptedMsOf(connection)
    const proxy = this.#meet(connection, server.process, acceptedMs)
    proxy.acceptedMs = Math.max(proxy.acceptedMs, acceptedMs)
    const joined = isDated(connection)
      ? [...proxy.lone].filter((opened) => isBeside(opened, acceptedMs))
      : oldestOpen(proxy.lone)
    for (const opened of joined) proxy.lone.delete(opened)
    this.#match(proxy, connection)
    return joined
  }

  #match(proxy: Proxy, connection: Connection): void {
    if (!proxy.last) proxy.undirected.add(connection)
    const [first, ...others] = [...proxy.opened].filter((onward) => isFor(onward, connection))
    if (!first) {
      proxy.accepted.add(connection)
      return
    }
    if (others.length > 0) this.#ambiguous.add(connection)
    proxy.opened.delete(first)
    this.#lead(connection, first)
  }

  /**
   * Records a connection that a proxy has opened.
   *
   * @returns connections that the proxy accepted while its target was still unknown
   */
  opened(connection: Connection): readonly Connection[] {
    const { client } = connection
    if (!client || this.#met.has(connection)) return []
    const proxy = this.#meet(connection, client.process, beganMsOf(connection))
    proxy.last = connection
    const waiting = [...proxy.accepted].filter((accepted) => isFor(connection, accepted))
    // Match the newest: if an opened connection was missed, matching the oldest would shift all later pairs by one.
    const newest = waiting.at(-1)
    if (newest) {
      const clients = new Set(waiting.map(clientOf))
      if (clients.size > 1) for (const accepted of waiting) this.#ambiguous.add(accepted)
      proxy.accepted.delete(newest)
      this.#lead(newest, connection)
    } else {
      proxy.opened.add(connection)
      if (connection.sawOpening && !isBeside(connection, proxy.acceptedMs)) proxy.lone.add(connection)
    }
    const undirected = [...proxy.undirected]
    proxy.undirected.clear()
    return undirected
  }

  /** The accepted connection for which a proxy opened this one; undefined when that is not known. */
  originOf(opened: Connection): Connection | undefined {
    return this.#origin.get(opened)
  }

  /**
   * True for a connection that a proxy opened while it accepted none that it could be for. Those found already open are not: what was
   * accepted for them may have closed.
   */
  isLone(opened: Connection): boolean {
    return this.#met.get(opened)?.lone.has(opened) === true
  }

  /** True when the opened connection is known with both ends, so that the process serving the accepted one is known. */
  isLed(accepted: Connection): boolean {
    return this.#onward.get(accepted)?.isWhole === true
  }

  /** The target of a connection that a proxy has accepted; undefined before the proxy has opened a connection. */
  targetOf(accepted: Connection): ProxyTarget | undefined {
    const proxy = accepted.server && this.#proxies.get(keyOf(accepted.server.process))
    const onward = this.#onward.get(accepted)
    const opened = onward ?? proxy?.last
    if (!opened?.client) return undefined
    const { serverIp: ip, serverPort: port } = opened
    const own = onward && !this.#ambiguous.has(accepted) ? onward.server?.process : undefined
    return { process: own ?? this.#ownerOf(opened.client), ip, port }
  }

  /** Drops a connection that is no longer followed. */
  forgotten(connection: Connection): void {
    this.#onward.delete(connection)
    this.#origin.delete(connection)
    const proxy = this.#met.get(connection)
    proxy?.accepted.delete(connection)
    proxy?.opened.delete(connection)
    proxy?.undirected.delete(connection)
    proxy?.lone.delete(connection)
  }

  /** Forgets the proxies that have exited so long ago that there can be nothing new about their connections. Call it often. */
  forget(nowMs: number, hasExited: (process: ProcessRef) => boolean): void {
    for (const [key, proxy] of this.#proxies) {
      if (proxy.exitedMs === undefined && hasExited(proxy.process)) proxy.exitedMs = nowMs
      if (proxy.exitedMs !== undefined && nowMs - proxy.exitedMs >= SOCKETS_KEPT_MS) this.#proxies.delete(key)
    }
  }

  /**
   * Finds the proxy of a new connection, and drops from it those that began too long before to be matched to this one.
   *
   * @param beganMs when the proxy accepted the connection, or began to open it
   */
  #meet(connection: Connection, process: ProcessRef, beganMs: number): Proxy {
    const proxy = this.#proxyOf(process)
    this.#met.set(connection, proxy)
    const { accepted, opened } = proxy
    for (const other of accepted) if (beganMs - acceptedMsOf(other) > WINDOW_MS) accepted.delete(other)
    for (const other of opened) if (beganMs - beganMsOf(other) > WINDOW_MS) opened.delete(other)
    return proxy
  }

  #proxyOf(process: ProcessRef): Proxy {
    const key = keyOf(process)
    const known = this.#proxies.get(key)
    if (known) return known
    const none = () => new Set<Connection>()
    const made: Proxy = {
      process,
      last: undefined,
      accepted: none(),
      opened: none(),
      undirected: none(),
      lone: none(),
      acceptedMs: Number.NEGATIVE_INFINITY,
      exitedMs: undefined,
    }
    this.#proxies.set(key, made)
    return made
  }

  #lead(accepted: Connection, opened: Connection): void {
    this.#onward.set(accepted, opened)
    this.#origin.set(opened, accepted)
  }
}

/** When a proxy accepted a connection; when that became known, if it was not seen. */
const acceptedMsOf = ({ server, sinceMs }: Connection): number => server?.openedMs ?? sinceMs

/** When a proxy began to open a connection. It may become known much later: when the container's queue is full, SYNs are sent again. */
const beganMsOf = ({ client, sinceMs }: Connection): number =>
  (client?.openedMs ?? sinceMs) - (client?.handshakeUs ?? 0) / 1000

/** False when an accepted connection was found later, by a snapshot, and its client is elsewhere: nobody saw when it began. */
const isDated = ({ client, server }: Connection): boolean =>
  (server?.openedMs ?? client?.openedMs) !== undefined

/** Only pairs whose openings were both seen can match: connections found already open have no known order. */
const isFor = (opened: Connection, accepted: Connection): boolean =>
  opened.sawOpening && accepted.sawOpening && isDated(accepted) && beganMsOf(opened) >= accepted.sinceMs

/** Whether a proxy accepted one around the time in which it opened this one: while a SYN is sent again, it accepts others. */
const isBeside = (opened: Connection, acceptedMs: number): boolean =>
  acceptedMs >= beganMsOf(opened) - WINDOW_MS && acceptedMs <= opened.sinceMs + WINDOW_MS

/** The first that is still open, if there is one: what is accepted and still open has its way on open, too. */
const oldestOpen = (connections: ReadonlySet<Connection>): readonly Connection[] => {
  for (const connection of connections) if (connection.client?.closed === false) return [connection]
  return []
}

const clientOf = ({ client, clientIp }: Connection): string => (client ? keyOf(client.process) : clientIp)
