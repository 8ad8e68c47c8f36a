import { once } from 'node:events'
import { createServer as createTcpServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws'
import { makeAuthority } from './machine/certificates.ts'

/** What WebSockets go over. */
export type Over = 'TCP' | 'TLS'

/** A server of WebSockets on the loopback address. */
export interface SocketServer {
  /** Emits `connection` with each socket. */
  readonly sockets: WebSocketServer
  /** A client of it. */
  client(options?: ClientOptions): WebSocket
  /** A connection to it, on which nothing has been sent. */
  connection(): Socket
  /** Terminates all clients. */
  close(): Promise<void>
}

/** Starts a server of WebSockets, each with what it goes over. */
export const startSocketServer = async (over: Over): Promise<SocketServer> => {
  const authority = over === 'TLS' ? await makeAuthority() : undefined
  const server: Server =
    authority === undefined ? createTcpServer() : createTlsServer(await authority.issue(['localhost']))
  const sockets = new WebSocketServer({ server })
  const clients: { terminate(): void }[] = []
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const trusting = authority && { ca: authority.cert, servername: 'localhost' }
  return {
    sockets,
    client(options = {}) {
      const socket = new WebSocket(`${over === 'TLS' ? 'wss' : 'ws'}://127.0.0.1:${port}`, {
        ...trusting,
        ...options,
      })
      socket.on('error', () => {})
      clients.push(socket)
      return socket
    },
    connection() {
      const to = { port, host: '127.0.0.1' }
      const socket = trusting === undefined ? connect(to) : connectTls({ ...to, ...trusting })
      socket.on('error', () => {})
      clients.push({ terminate: () => socket.destroy() })
      return socket
    },
    async close() {
      for (const socket of [...clients, ...sockets.clients]) socket.terminate()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
