import type { WebSocket } from 'ws'

/**
 * Sends a message, or a fragment of one, and tells when the kernel has taken it.
 *
 * @param taken called with whether it had to wait for room: then the other end has taken some of what was sent before, which is a sign of
 *   life. What the kernel has room for at once tells nothing of the other end. Not called when the socket breaks.
 */
export const sendTold = (
  socket: Pick<WebSocket, 'send' | 'bufferedAmount'>,
  data: Uint8Array,
  options: { readonly binary: boolean; readonly fin?: boolean },
  taken: (hasWaited: boolean) => void,
): void => {
  let hasWaited = false
  socket.send(data, options, (error) => {
    if (!error) taken(hasWaited)
  })
  // Over TLS, Node tells of what the kernel took at once no earlier than when the event loop turns, but before whatever was put off until then.
  if (socket.bufferedAmount > 0)
    setImmediate(() => {
      hasWaited = true
    })
}
