import { WebSocketServer } from 'ws'
import { SOCKET_PROTOCOL } from '../../../api/credentials.ts'

/** Makes a server for WebSockets that routes accept. @param maxFrameBytes a client that sends a longer frame is closed with 1009 */
export const socketServer = (maxFrameBytes: number): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    // The ticket that was offered beside it must not come back.
    handleProtocols: (offered) => offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL,
  })
