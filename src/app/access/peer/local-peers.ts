import type { Server, Socket } from 'node:net'
import type { Logger } from '../../../log/log.ts'
import type { SocketEnd } from '../../../native/netlink/socket-diag.ts'
import type { SocketOwners } from '../../../native/netlink/socket-owner.ts'
import type { Users } from '../../../users/users.ts'
import { isFromHere, isLoopbackAddress } from '../loopback.ts'

/** A user of this machine, named by the kernel. */
export interface LocalUser {
  readonly uid: number
  /** Undefined for a user whom `/etc/passwd` does not list. */
  readonly name: string | undefined
  /** Whether this user may see the map without signing in. */
  readonly mayView: boolean
}

/** Who is at the other end of a connection, or why the kernel does not say so, worded to follow "since". */
export type Peer = LocalUser | { readonly why: string }

/** Knows who is at the other end of connections. */
export interface LocalPeers {
  /**
   * From now on asks the kernel about every connection over loopback, or from the address that it goes to, that the server
   * accepts, before anything is read from it. For a server of TLS, the answer is also known by the socket that requests then have.
   */
  watch(server: Server): void
  /**
   * Who is at the other end of a connection of a server that is watched.
   *
   * @example peers.of(request.socket) // { uid: 33, name: 'www-data', mayView: false }
   */
  of(socket: Socket): Peer
  /**
   * Asks the kernel now whose process has the other end of a connection that came by any address of this machine. It knows
   * nothing of connections from other machines.
   */
  ask(socket: Socket): Peer
  stop(): void
}

/** What {@link createLocalPeers} needs. */
export interface LocalPeersOptions {
  readonly owners: SocketOwners
  readonly users: Users
  /** Who may see the map without signing in. */
  readonly viewers: ReadonlySet<number>
  /** See `parseOverflowUid`. */
  readonly overflowUid: number | undefined
  readonly log: Logger
}

/** The client's end of a connection, and the server's; undefined when it is closed already. */
const endsOf = (socket: Socket): { own: SocketEnd; other: SocketEnd } | undefined => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  if (remoteAddress === undefined || remotePort === undefined) return undefined
  if (localAddress === undefined || localPort === undefined) return undefined
  return {
    own: { address: remoteAddress, port: remotePort },
    other: { address: localAddress, port: localPort },
  }
}

const keyOf = (socket: Socket): string => JSON.stringify(endsOf(socket))

const loopbackOf = (address: string): string | undefined => {
  if (address === '::' || address === '0.0.0.0') return '127.0.0.1'
  return isLoopbackAddress(address) ? address : undefined
}

/** Creates {@link LocalPeers}. */
export const createLocalPeers = (options: LocalPeersOptions): LocalPeers => {
  const { owners, users, viewers, overflowUid, log } = options
  const peers = new WeakMap<Socket, Peer>()
  /** Peers of the open connections of TLS servers: requests have another socket there than was accepted. */
  const byEnds = new Map<string, Peer>()
  /** Why the kernel cannot be asked at all. */
  let whyNot: string | undefined

  const lookUp = (socket: Socket): Peer =>
    isFromHere(socket.remoteAddress, socket.localAddress)
      ? ask(socket)
      : { why: 'it comes from another machine' }

  const ask = (socket: Socket): Peer => {
    const name = endsOf(socket)
    if (name === undefined) return { why: 'its client has closed the connection' }
    const owner = owners.ownerOf(name)
    if ('why' in owner) return { why: whyNot ?? owner.why }
    const { uid } = owner
    if (uid === overflowUid)
      return { why: 'its user is of another user namespace, where the kernel does not tell users apart' }
    return { uid, name: users.nameOf(uid), mayView: viewers.has(uid) }
  }

  const accepted = (socket: Socket): void => {
    if (socket.destroyed || peers.has(socket)) return
    const peer = lookUp(socket)
    peers.set(socket, peer)
    const key = keyOf(socket)
    byEnds.set(key, peer)
    socket.once('close', () => {
      if (byEnds.get(key) === peer) byEnds.delete(key)
    })
  }

  const secured = (socket: Socket): void => {
    const peer = byEnds.get(keyOf(socket))
    if (peer !== undefined) peers.set(socket, peer)
  }

  const tryOut = (server: Server): void => {
    const listening = server.address()
    if (listening === null || typeof listening === 'string') return
    const address = loopbackOf(listening.address)
    if (address === undefined) return
    // No client has port 0, so this finds the listener, if the kernel tells of sockets at all.
    whyNot = owners.whyNot({ own: { address, port: listening.port }, other: { address, port: 0 } })
    if (whyNot !== undefined) log.warn('everybody on this machine is asked to sign in', { since: whyNot })
  }

  return {
    watch(server) {
      server.on('connection', accepted)
      server.on('secureConnection', secured)
      if (server.listening) tryOut(server)
      else server.once('listening', () => tryOut(server))
    },
    of: (socket) => peers.get(socket) ?? { why: 'nobody asked the kernel whose connection it is' },
    ask,
    stop: () => owners.close(),
  }
}

/**
 * Why somebody has to sign in, worded to follow "since".
 *
 * @returns undefined for a user of this machine who may see the map without
 */
export const whySignIn = (peer: Peer): string | undefined => {
  if ('why' in peer) return peer.why
  if (peer.mayView) return undefined
  const { uid, name } = peer
  const who = name === undefined ? `the user with the id ${uid}` : `the user ${name} (uid ${uid})`
  return `it comes from ${who}, who may not see the map without signing in (--app.local-users=${name ?? uid} allows it)`
}
