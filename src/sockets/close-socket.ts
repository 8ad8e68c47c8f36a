import type { WebSocket } from 'ws'

const CLOSE_GRACE_MS = 1000

/**
 * Closes a WebSocket; terminates it when the peer does not complete the closing handshake within a second.
 *
 * @returns resolves when the socket is closed
 * @example await closeSocket(socket, 1001, 'the app stops')
 */
export const closeSocket = (socket: WebSocket, code: number, reason: string): Promise<void> => {
  if (socket.readyState === socket.CLOSED) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.close(code, reason)
  })
}
