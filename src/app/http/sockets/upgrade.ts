import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hono } from 'hono'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Faults } from '../../../log/faults.ts'
import type { Logger } from '../../../log/log.ts'
import { errorBody } from '../api-error.ts'
import type { AppEnv, UpgradeRequest } from '../env.ts'
import { securityHeaders } from '../security-headers.ts'

/** WebSocket close code for an error on this side. */
export const INTERNAL_ERROR = 1011

/**
 * True for a request to become a WebSocket at a path that speaks it. Requests with any other `Upgrade` header, or for any other path,
 * are handled as plain requests.
 *
 * @param speaksWebSocket whether there may be a WebSocket at a path
 */
export const asksForWebSocket = (
  { method, headers, url }: IncomingMessage,
  speaksWebSocket: (path: string) => boolean,
): boolean => {
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return false
  const path = URL.parse(url ?? '/', BASE)?.pathname
  return path !== undefined && speaksWebSocket(path)
}

/** Routes only look at the path. The real `Host` header is checked in `access/`. */
const BASE = 'http://localhost'

/**
 * Routes WebSocket requests through the same middleware and routes as all others. A route accepts by setting
 * `c.env.upgrade.accept`. Otherwise no upgrade happens: an error is written to the socket as plain HTTP, the answer of a route that
 * speaks no WebSocket is given up and a 400 takes its place, and then the connection is closed.
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
    // Node gives the socket away with its timeout, but without what that does.
    socket.on('timeout', () => socket.destroy())
    void handle(request, socket, head).catch((error: unknown) => {
      log.debug('an upgrade was refused', { error })
      refuse(socket, new Response(null, { status: 400 }), '')
    })
  })

  const handle = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const upgrade: UpgradeRequest = {}
    const answer = await app.fetch(requestOf(request), { incoming: request, upgrade })
    if (socket.destroyed) return giveUp(answer)
    const { accept, server: own = sockets } = upgrade
    if (accept !== undefined && answer.ok)
      own.handleUpgrade(request, socket, head, (webSocket) => guarded(webSocket, accept))
    else if (answer.ok) {
      await giveUp(answer)
      refuse(socket, ...noWebSocket())
    } else refuse(socket, answer, await answer.text())
  }

  // After the 101 response only frames may be sent, so an error closes the socket instead of being answered.
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
  return new Request(new URL(request.url ?? '/', BASE), { headers })
}

/** Releases what the body of an answer would be made of. */
const giveUp = async (answer: Response): Promise<void> => answer.body?.cancel()

const noWebSocket = (): [answer: Response, body: string] => {
  const headers = {
    ...securityHeaders(),
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-store',
  }
  const body = JSON.stringify(errorBody('no_websocket', 'this path speaks no WebSocket'))
  return [new Response(null, { status: 400, headers }), body]
}

/** Writes an answer, and closes the connection when that is written, whatever the other end does. */
const refuse = (socket: Duplex, answer: Response, body: string): void => {
  socket.once('finish', () => socket.destroy())
  const headers = [...answer.headers]
    .filter(([name]) => name !== 'content-length' && name !== 'connection')
    .map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${headers.join('')}` +
      `connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
