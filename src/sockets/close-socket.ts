import type { WebSocket } from 'ws'

const CLOSE_GRACE_MS = 1000

/**
 * Closes a WebSocket, and drops it when the other side does not take part in that within a second.
 *
 * @returns when it is closed
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
