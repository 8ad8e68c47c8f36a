import type { WebSocket } from 'ws'

const CLOSE_GRACE_MS = 1000
/** Most bytes of a reason in a close frame, which has at most 125 with the code (RFC 6455, section 5.5.1). */
const MAX_REASON_BYTES = 123

/** Cuts a reason at a character, so that it fits into a close frame. */
export const closeReason = (reason: string): string => {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES))
  return reason.slice(0, read)
}

/**
 * Closes a WebSocket; terminates it when the peer does not complete the closing handshake within a second.
 *
 * @param reason in words; what is too long for a close frame is cut
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
    socket.close(code, closeReason(reason))
  })
}
