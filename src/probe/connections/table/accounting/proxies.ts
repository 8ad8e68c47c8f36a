import type { ProcessRef } from '../../../process/directory.ts'
import type { SocketTuple } from '../../sources/events.ts'
import type { Connection } from '../matching/connection.ts'

/** Docker's helper for published ports. Each of its processes serves one port of one container. */
const PROXY = 'docker-proxy'

/** A proxy opens its own connection right after it has accepted one; a source that polls may meet the two in different polls. */
const WINDOW_MS = 3000

/** True for a process that only passes connections on. Rule 11 of the model. */
export const isProxy = (process: ProcessRef | undefined): boolean => process?.comm === PROXY

/** Where a proxy leads. */
export interface ProxyTarget {
  /** Undefined where the container's process is not seen. */
  readonly process: ProcessRef | undefined
  readonly ip: string
  readonly port: number
}

interface Proxy {
  readonly process: ProcessRef
  /** The last connection that it has opened: they all lead to one address and port. */
  last: Connection | undefined
  /** What it has accepted of late and not yet led on, oldest first. */
  accepted: Connection[]
  /** What it has opened of late, and for which nothing is known to have been accepted. */
  opened: Connection[]
  /** What it has accepted before it was known where it leads. */
  readonly undirected: Set<Connection>
}

const keyOf = ({ pid, startTicks }: ProcessRef): string => `${pid}:${startTicks}`

/**
 * Where Docker's proxies lead. What such a process accepts is shown as one connection from the real client to the process in the
 * container that serves it; what it opens itself is plumbing and is not shown.
 *
 * Each connection that it opens is for one that it has accepted just before. Where several of different clients wait at the same
 * time, it cannot be told which of them one is for, and they lead to who listens in the container.
 */
export class Proxies {
  readonly #ownerOf: (tuple: SocketTuple) => ProcessRef | undefined
  readonly #proxies = new Map<string, Proxy>()
  /** From what was accepted to what was opened for it, and back. */
  readonly #onward = new Map<Connection, Connection>()
  readonly #origin = new Map<Connection, Connection>()
  /** Accepted ones of which it cannot be told for which of several a connection was opened. */
  readonly #ambiguous = new WeakSet<Connection>()
  readonly #met = new WeakSet<Connection>()

  /** @param ownerOf the process that listens at the remote end of a socket */
  constructor(ownerOf: (tuple: SocketTuple) => ProcessRef | undefined) {
    this.#ownerOf = ownerOf
  }

  /** Takes in a connection that a proxy has accepted. */
  accepted(connection: Connection): void {
    const { server } = connection
    if (!server || this.#met.has(connection)) return
    this.#met.add(connection)
    const proxy = this.#proxyOf(server.process)
    if (!proxy.last) proxy.undirected.add(connection)
    proxy.opened = proxy.opened.filter((onward) => connection.sinceMs - onward.sinceMs <= WINDOW_MS)
    const candidates = proxy.opened.filter((onward) => isFor(onward, connection))
    const [first, ...others] = candidates
    if (!first) {
      proxy.accepted.push(connection)
      return
    }
    if (others.length > 0) this.#ambiguous.add(connection)
    proxy.opened = proxy.opened.filter((onward) => onward !== first)
    this.#lead(connection, first)
  }

  /**
   * Takes in a connection that a proxy has opened.
   *
   * @returns what it has accepted earlier, when that was not known to lead anywhere
   */
  opened(connection: Connection): readonly Connection[] {
    const { client } = connection
    if (!client || this.#met.has(connection)) return []
    this.#met.add(connection)
    const proxy = this.#proxyOf(client.process)
    proxy.last = connection
    proxy.accepted = proxy.accepted.filter(({ sinceMs }) => connection.sinceMs - sinceMs <= WINDOW_MS)
    const waiting = proxy.accepted.filter((accepted) => isFor(connection, accepted))
    // the newest: one whose own was missed must not shift all that follow
    const newest = waiting.at(-1)
    if (newest) {
      const clients = new Set(waiting.map(clientOf))
      if (clients.size > 1) for (const accepted of waiting) this.#ambiguous.add(accepted)
      proxy.accepted = proxy.accepted.filter((accepted) => accepted !== newest)
      this.#lead(newest, connection)
    } else {
      proxy.opened.push(connection)
    }
    const undirected = [...proxy.undirected]
    proxy.undirected.clear()
    return undirected
  }

  /** What a proxy has accepted when it opened this connection; undefined when that is not known. */
  originOf(opened: Connection): Connection | undefined {
    return this.#origin.get(opened)
  }

  /** Whether it is known which process serves what a proxy has accepted. */
  isLed(accepted: Connection): boolean {
    return this.#onward.get(accepted)?.isWhole === true
  }

  /** Where a connection that a proxy has accepted leads; undefined before the proxy has opened one. */
  targetOf(accepted: Connection): ProxyTarget | undefined {
    const proxy = accepted.server && this.#proxies.get(keyOf(accepted.server.process))
    const onward = this.#onward.get(accepted)
    const opened = onward ?? proxy?.last
    if (!opened?.client) return undefined
    const { serverIp: ip, serverPort: port } = opened
    const own = onward && !this.#ambiguous.has(accepted) ? onward.server?.process : undefined
    return { process: own ?? this.#ownerOf(opened.client), ip, port }
  }

  /** Lets go of a connection that is followed no more. */
  forgotten(connection: Connection): void {
    this.#onward.delete(connection)
    this.#origin.delete(connection)
    const { server } = connection
    if (server) this.#proxies.get(keyOf(server.process))?.undirected.delete(connection)
  }

  /** Forgets the proxies that ended. */
  forget(hasExited: (process: ProcessRef) => boolean): void {
    for (const [key, { process }] of this.#proxies) if (hasExited(process)) this.#proxies.delete(key)
  }

  #proxyOf(process: ProcessRef): Proxy {
    const key = keyOf(process)
    const known = this.#proxies.get(key)
    if (known) return known
    const made: Proxy = { process, last: undefined, accepted: [], opened: [], undirected: new Set() }
    this.#proxies.set(key, made)
    return made
  }

  #lead(accepted: Connection, opened: Connection): void {
    this.#onward.set(accepted, opened)
    this.#origin.set(opened, accepted)
  }
}

/** What was there before anybody looked has no order. */
const isFor = (opened: Connection, accepted: Connection): boolean =>
  opened.sawOpening && accepted.sawOpening && opened.sinceMs >= accepted.sinceMs

const clientOf = ({ client, clientIp }: Connection): string => (client ? keyOf(client.process) : clientIp)
