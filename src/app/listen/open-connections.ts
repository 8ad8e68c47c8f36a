import type { Server, Socket } from 'node:net'

/**
 * Knows the connections of a server, those included that `node:http` no longer knows: it gives away those that ask for an upgrade,
 * and with TLS it gets them only after the handshake.
 *
 * @returns closes all that are open
 */
export const openConnections = (server: Server): (() => void) => {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    for (const socket of open) socket.destroy()
  }
}
