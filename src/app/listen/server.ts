import { createServer, type Server, type ServerOptions } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { asksForWebSocket } from '../http/upgrade.ts'

/** How long and how much a connection may take: one that sends slowly, or nothing, is closed. */
export interface ServerLimits {
  readonly headersTimeoutMs: number
  /** For a whole request with its body. */
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly connections: number
}

/** The limits an app has unless told otherwise. */
export const defaultServerLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  connections: 2048,
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
  const server = createServer(options, listener)
  server.maxConnections = limits.connections
  return server
}

// Only what cannot be made a request of at all comes here, such as a Host that is no host.
const malformedRequest = (): Response =>
  Response.json(errorBody('bad_request', 'the request line or the Host header is malformed'), {
    status: 400,
    headers: securityHeaders(),
  })
