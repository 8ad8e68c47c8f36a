import { createServer, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'

/** A reverse proxy on this machine that says for whom it forwards, as most do. */
export interface ForwardingProxy {
  readonly url: string
  close(): Promise<void>
}

/**
 * Forwards requests and WebSockets to an app, with `X-Forwarded-For`.
 *
 * @param url of the app
 * @param headers that it sets as well, by lower-case name
 */
export const startForwardingProxy = async (
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ForwardingProxy> => {
  const open = new Set<Duplex>()
  const forward = (incoming: IncomingMessage) =>
    request(new URL(incoming.url ?? '/', url), {
      method: incoming.method ?? 'GET',
      headers: { ...incoming.headers, 'x-forwarded-for': '203.0.113.7', ...headers },
    })

  const server = createServer((incoming, response) => {
    const outgoing = forward(incoming)
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('upgrade', (incoming, near: Duplex) => {
    const outgoing = forward(incoming)
    near.on('error', () => outgoing.destroy())
    outgoing.on('error', () => near.destroy())
    outgoing.on('response', ({ statusCode, statusMessage }) =>
      near.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nConnection: close\r\n\r\n`),
    )
    outgoing.on('upgrade', (answer, far, head) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      near.write(head)
      far.on('error', () => near.destroy()).on('close', () => near.destroy())
      near.on('close', () => far.destroy())
      far.pipe(near).pipe(far)
    })
    outgoing.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}
