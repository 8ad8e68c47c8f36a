import type { HttpBindings } from '@hono/node-server'
import type { WebSocket, WebSocketServer } from 'ws'
import type { BytesInFlight } from './in-flight.ts'

/** How a route takes a request that asks to become a WebSocket. */
export interface UpgradeRequest {
  /** Called with the open socket; a route that sets it accepts the upgrade with whatever it answers. */
  accept?: (socket: WebSocket) => void
  /** Completes the upgrade in place of the usual one, which takes small frames only. */
  server?: WebSocketServer
}

/** What a request comes with beside itself. */
export interface AppEnv {
  Bindings: HttpBindings & {
    /** Present when the request asks for a WebSocket. */
    readonly upgrade?: UpgradeRequest
  }
  Variables: {
    /** What is on its way to all who asked. */
    readonly sending: BytesInFlight
  }
}
