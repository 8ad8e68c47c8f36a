import type { IncomingHttpHeaders } from 'node:http'
import { createServer, request } from 'node:http'
import type { Duplex } from 'node:stream'

/** A stand-in for a hosted Scope: an app behind a door that only a token opens. */
export interface HostedService {
  readonly url: string
  /** What was asked for, newest last: method and path, the headers, and when by a clock that never goes back. */
  readonly asked: readonly {
    readonly what: string
    readonly headers: IncomingHttpHeaders
    readonly atMs: number
  }[]
  /** Takes another token from now on. */
  setToken(token: string): void
  close(): Promise<void>
}

/**
 * Forwards requests and WebSockets to an app when they show a token, as `Authorization: Scope-Probe token=…`; others get 401.
 *
 * @param appUrl of the app
 */
export const startHostedService = async (appUrl: string, token: string): Promise<HostedService> => {
  const asked: { what: string; headers: IncomingHttpHeaders; atMs: number }[] = []
  const open = new Set<Duplex>()
  let wanted = token
  const note = (
    method: string | undefined,
    path: string | undefined,
    headers: IncomingHttpHeaders,
  ): boolean => {
    asked.push({ what: `${method} ${path}`, headers, atMs: performance.now() })
    return headers.authorization === `Scope-Probe token=${wanted}`
  }
  const server = createServer((incoming, response) => {
    const { method = 'GET', url: path = '/', headers } = incoming
    if (!note(method, path, headers)) {
      incoming.resume()
      response.writeHead(401, { 'content-type': 'application/json' })
      return response.end(
        JSON.stringify({ error: { code: 'bad_token', message: 'this token is not known' } }),
      )
    }
    const outgoing = request(new URL(path, appUrl), { method, headers }, (answer) => {
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
  server.on('upgrade', ({ method, url: path = '/', headers }, near: Duplex) => {
    near.on('error', () => {})
    if (!note(method, path, headers))
      return near.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
    const outgoing = request(new URL(path, appUrl), { headers })
    outgoing.on('error', () => near.destroy())
    outgoing.on('response', ({ statusCode, headers: answered }) => {
      const challenge = answered['scope-challenge']
      near.end(
        `HTTP/1.1 ${statusCode} No\r\n${challenge === undefined ? '' : `Scope-Challenge: ${challenge}\r\n`}Connection: close\r\n\r\n`,
      )
    })
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
    asked,
    setToken(next) {
      wanted = next
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}
