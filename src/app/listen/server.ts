import { createServer, type Server, type ServerOptions } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { asksForWebSocket } from '../http/upgrade.ts'
import { boundConnections } from './bounded-connections.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { defaultReadingLimits, dropSlowReaders } from './slow-readers.ts'

/** Limits of connections; one that sends too slowly, or nothing, is closed. */
export interface ServerLimits {
  readonly headersTimeoutMs: number
  /** For receiving a whole request with its body. */
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** Closes a connection without any traffic for this long while a request or response is under way. */
  readonly stallMs: number
  readonly connections: number
  /** From one IPv4 address or IPv6 /64; loopback may have twice as many. */
  readonly connectionsPerAddress: number
}

/** The limits an app has unless told otherwise. */
export const defaultServerLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  stallMs: 20_000,
  connections: 2048,
  connectionsPerAddress: 512,
}

/** An HTTP server for the routes, not yet listening. */
export const makeServer = (app: Hono<AppEnv>, limits: ServerLimits): Server => {
  const listener = getRequestListener((request, env) => app.fetch(request, env as AppEnv['Bindings']), {
    overrideGlobalObjects: false,
    errorHandler: malformedRequest,
  })
  const options: ServerOptions = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    maxHeaderSize: 16_384,
    shouldUpgradeCallback: asksForWebSocket,
  }
  const server = createServer(options, oneAtATime(dropSlowReaders(listener, defaultReadingLimits)))
  server.timeout = limits.stallMs
  server.maxConnections = limits.connections
  boundConnections(server, limits.connectionsPerAddress)
  return server
}

// Called only when no `Request` can be made, for example because of an invalid `Host`.
const malformedRequest = (): Response =>
  Response.json(errorBody('bad_request', 'the request line or the Host header is malformed'), {
    status: 400,
    headers: securityHeaders(),
  })
