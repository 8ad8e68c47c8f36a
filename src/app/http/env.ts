import type { HttpBindings } from '@hono/node-server'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Authentication } from '../access/authenticate.ts'
import type { RequestFacts } from '../access/request/request-facts.ts'
import type { BytesInFlight } from './sending/in-flight.ts'

/** Lets a route accept a request to become a WebSocket. */
export interface UpgradeRequest {
  /** Set by a route to accept the upgrade if its response is 2xx; called with the open socket. */
  accept?: (socket: WebSocket) => void
  /**
   * Set by a route to complete the upgrade with its own server instead of the default one, which takes only small
   * frames.
   */
  server?: WebSocketServer
}

/** Hono environment of the app's routes. */
export interface AppEnv {
  Bindings: HttpBindings & {
    /** Present when the request asks to become a WebSocket. */
    readonly upgrade?: UpgradeRequest
  }
  Variables: {
    /** Counts the bytes being sent to all clients. */
    readonly sending: BytesInFlight
    /** What the request says of itself. */
    readonly facts: RequestFacts
    /** Who sends it; set for all operations but those of probes. */
    readonly authentication: Authentication
  }
}
