import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hono } from 'hono'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { AppEnv, UpgradeRequest } from './env.ts'

/** Close code of a WebSocket for what went wrong on this side. */
export const INTERNAL_ERROR = 1011

/** True for a request that asks to become a WebSocket; others with an `Upgrade` header are plain requests. */
export const asksForWebSocket = (request: IncomingMessage): boolean =>
  request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket'

/**
 * Sends WebSocket requests through the same routes, checks and errors as all others. A route accepts by setting
 * `c.env.upgrade.accept`; any other answer is written to the socket as plain HTTP, before any upgrade.
 */
export const routeUpgrades = (
  server: Server,
  app: Hono<AppEnv>,
  sockets: WebSocketServer,
  { log, faults }: { readonly log: Logger; readonly faults: Faults },
): void => {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => {
      log.debug('a connection broke before it became a WebSocket', { error })
      socket.destroy()
    })
    void handle(request, socket, head).catch((error: unknown) => {
      log.debug('an upgrade was refused', { error })
      refuse(socket, new Response(null, { status: 400 }), '')
    })
  })

  const handle = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const upgrade: UpgradeRequest = {}
    const answer = await app.fetch(requestOf(request), { incoming: request, upgrade })
    if (socket.destroyed) return
    const { accept, server: own = sockets } = upgrade
    if (accept !== undefined && answer.ok)
      own.handleUpgrade(request, socket, head, (webSocket) => guarded(webSocket, accept))
    else refuse(socket, answer, await answer.text())
  }

  // Behind the 101 nothing but frames may be sent, whatever happens.
  const guarded = (webSocket: WebSocket, accept: (webSocket: WebSocket) => void): void => {
    try {
      accept(webSocket)
    } catch (error) {
      faults.happened('sockets', 'take a WebSocket', error)
      webSocket.on('error', () => webSocket.terminate())
      webSocket.close(INTERNAL_ERROR, 'this failed inside Scope; its log says more')
    }
  }
}

const requestOf = (request: IncomingMessage): Request => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  // The path is what routes look at; the host is checked where access is decided.
  return new Request(new URL(request.url ?? '/', 'http://localhost'), { headers })
}

const refuse = (socket: Duplex, answer: Response, body: string): void => {
  const headers = [...answer.headers]
    .filter(([name]) => name !== 'content-length' && name !== 'connection')
    .map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${headers.join('')}` +
      `connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
