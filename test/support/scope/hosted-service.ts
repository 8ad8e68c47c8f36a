import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts'

/** A stand-in for a hosted Scope: an app behind a door that only a token opens. */
export interface HostedService extends ReverseProxy {
  /** What was asked for, newest last: method and path, the headers, and when by a clock that never goes back. */
  readonly asked: readonly {
    readonly what: string
    readonly headers: IncomingHttpHeaders
    readonly atMs: number
  }[]
  /** Takes another token from now on. */
  setToken(token: string): void
}

/**
 * Forwards requests and WebSockets to an app when they show a token, as `Authorization: Scope-Probe token=…`; others get 401.
 *
 * @param appUrl of the app
 */
export const startHostedService = async (appUrl: string, token: string): Promise<HostedService> => {
  const asked: { what: string; headers: IncomingHttpHeaders; atMs: number }[] = []
  let wanted = token
  const isRefused = ({ method = 'GET', url = '/', headers }: IncomingMessage): boolean => {
    asked.push({ what: `${method} ${url}`, headers, atMs: performance.now() })
    return headers.authorization !== `Scope-Probe token=${wanted}`
  }
  const proxy = await startReverseProxy(appUrl, {
    answer(incoming, response) {
      if (!isRefused(incoming)) return false
      incoming.resume()
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'bad_token', message: 'this token is not known' } }))
      return true
    },
    answerUpgrade(incoming, socket) {
      if (!isRefused(incoming)) return false
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
      return true
    },
  })
  return {
    ...proxy,
    asked,
    setToken(next) {
      wanted = next
    },
  }
}
