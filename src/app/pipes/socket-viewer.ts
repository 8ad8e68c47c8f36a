import type { WebSocket } from 'ws'
import { TAKEN_OVER_CODE } from '../../pipe/frames.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { INTERNAL_ERROR } from '../http/sockets/upgrade.ts'
import { ProtocolError } from './ledgers/protocol-error.ts'

/** What takes the messages of a socket that was joined with a pipe. */
export interface SocketViewer {
  /** @throws {ProtocolError} when the viewer must not send that */
  take(data: Buffer, isBinary: boolean): void
  /** @param code with which the other end closed the socket; 1006 when the connection was lost */
  closed(code: number): void
}

/** WebSocket close code for what is against the protocol (RFC 6455). */
const PROTOCOL_ERROR = 1002

/** Closes the socket of somebody after whom another came. */
export const takeOver = (socket: WebSocket): void =>
  void closeSocket(socket, TAKEN_OVER_CODE, 'somebody else looks at it now')

/** Has a viewer take a socket's messages. @param failed tells what went wrong inside Scope */
export const serveSocket = (
  socket: WebSocket,
  join: () => SocketViewer,
  failed: (error: unknown) => void,
): void => {
  const fail = (error: unknown): void => {
    if (error instanceof ProtocolError) {
      void closeSocket(socket, PROTOCOL_ERROR, error.message)
      return
    }
    failed(error)
    void closeSocket(socket, INTERNAL_ERROR, 'this failed inside Scope; its log says more')
  }
  const viewer = join()
  socket.on('message', (data: Buffer, isBinary) => {
    // What was sent before the other end knew that the socket closes must not count.
    if (socket.readyState !== socket.OPEN) return
    try {
      viewer.take(data, isBinary)
    } catch (error) {
      fail(error)
    }
  })
  // `ws` closes the socket by itself then, with the code that fits.
  socket.on('error', () => {})
  socket.on('close', (code) => viewer.closed(code))
}
