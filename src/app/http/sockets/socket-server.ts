import { WebSocketServer } from 'ws'
import { SOCKET_PROTOCOL } from '../../../api/credentials.ts'

/**
 * Makes a server for WebSockets that routes accept.
 *
 * @param maxFrameBytes a client that sends a longer frame is closed with 1009
 * @param protocol a subprotocol that its routes speak when it is offered
 */
export const socketServer = (maxFrameBytes: number, protocol?: string): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    // The ticket that was offered beside it must not come back.
    handleProtocols: (offered) => {
      if (protocol !== undefined && offered.has(protocol)) return protocol
      return offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL
    },
  })
