import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { errorBody } from '../http/api-error.ts'
import { securityHeaders } from '../http/security-headers.ts'

/**
 * Makes a function that answers plain HTTP on a port that speaks TLS: each request gets an error that says so. It is no
 * redirect, since that would teach people and programs to send their secrets in the clear first.
 *
 * @param limitMs a connection is closed after this time, whatever it does
 */
export const refusePlainHttp = (maxHeaderSize: number, limitMs: number): ((socket: Socket) => void) => {
  const server = createServer({ maxHeaderSize, shouldUpgradeCallback: () => false }, (request, response) => {
    const body = JSON.stringify(errorBody('https_only', 'this port speaks https only: use https://'))
    response.writeHead(400, {
      ...securityHeaders(),
      'content-type': 'application/json; charset=UTF-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  return (socket) => {
    // The server's own time limits hold only for connections that it has accepted itself.
    const late = setTimeout(() => socket.destroy(), limitMs)
    socket.once('close', () => clearTimeout(late))
    server.emit('connection', socket)
    socket.resume()
  }
}
