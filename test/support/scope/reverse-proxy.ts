import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createProxyServer } from 'httpxy'

/** A reverse proxy on this machine. */
export interface ReverseProxy {
  readonly url: string
  /** Ends all connections. */
  close(): Promise<void>
}

/** What a reverse proxy does besides forwarding. */
export interface ReverseProxyOptions {
  /** The path below which the target is, such as `/scope`; all else is answered by 404. The target is not told of it. */
  readonly below?: string
  /** Headers that it sets, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Answers a request instead of the target. @returns whether it does */
  readonly answer?: (incoming: IncomingMessage, response: ServerResponse) => boolean
  /** Answers a request for a WebSocket instead of the target. @returns whether it does */
  readonly answerUpgrade?: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => boolean
}

/**
 * Forwards requests and WebSockets.
 *
 * @param target URL to which they go
 */
export const startReverseProxy = async (
  target: string,
  { below = '', headers = {}, answer, answerUpgrade }: ReverseProxyOptions = {},
): Promise<ReverseProxy> => {
  const open = new Set<Duplex>()
  const proxy = () => createProxyServer({ target, headers: { ...headers } })
  const forWeb = proxy()
  /** Takes the path away below which the target is. @returns whether it was there */
  const enters = (incoming: IncomingMessage) => {
    const { url = '' } = incoming
    if (!url.startsWith(`${below}/`)) return false
    incoming.url = url.slice(below.length)
    return true
  }
  const server = createServer((incoming, response) => {
    if (!enters(incoming)) return void response.writeHead(404).end()
    if (answer?.(incoming, response)) return
    forWeb.web(incoming, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('upgrade', (incoming, near: Socket, head) => {
    if (!enters(incoming)) return void near.destroy()
    if (answerUpgrade?.(incoming, near, head)) return
    const forSocket = proxy()
    forSocket.on('open', (far) => {
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
    })
    forSocket.ws(incoming, near, {}, head).catch(() => near.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}

/**
 * Forwards as most reverse proxies do, which say for whom.
 *
 * @param headers that it sets as well, by lower-case name
 */
export const startForwardingProxy = (
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReverseProxy> =>
  startReverseProxy(target, { headers: { 'x-forwarded-for': '203.0.113.7', ...headers } })
