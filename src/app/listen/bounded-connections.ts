import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopbackAddress } from '../access/loopback.ts'
import type { Peer } from '../access/peer/local-peers.ts'
import { addressKey, boundOf } from './address-key.ts'

/** Bounds of the connections of a server. */
export interface ConnectionBounds {
  readonly total: number
  /** See {@link boundOf}. */
  readonly perClient: number
  /** Of all, those that are kept for users of this machine who may see the map. */
  readonly reserved: number
  /** Who is at the other end of a connection, as far as the kernel tells. */
  readonly peerOf: (socket: Socket) => Peer
}

/**
 * Limits the connections of a server: those beyond a limit are closed at once. A client is an address or a /64, and on this machine a
 * user, whatever loopback address they connect from. So neither another user nor other machines can keep those out who look
 * after this one.
 */
export const boundConnections = (server: Server, bounds: ConnectionBounds): void => {
  const { total, perClient, reserved, peerOf } = bounds
  const counts = new Map<string, number>()
  let open = 0
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    const peer = peerOf(socket)
    const key = clientOf(remoteAddress, peer)
    const count = counts.get(key) ?? 0
    const room = 'uid' in peer && peer.mayView ? total : total - reserved
    if (open >= room || count >= boundOf(perClient, remoteAddress)) return void socket.destroy()
    open += 1
    counts.set(key, count + 1)
    socket.once('close', () => {
      open -= 1
      const rest = (counts.get(key) ?? 1) - 1
      if (rest > 0) counts.set(key, rest)
      else counts.delete(key)
    })
  })
}

const clientOf = (remoteAddress: string | undefined, peer: Peer): string => {
  if (!isLoopbackAddress(remoteAddress)) return addressKey(remoteAddress)
  return 'uid' in peer ? `uid ${peer.uid}` : 'loopback'
}
