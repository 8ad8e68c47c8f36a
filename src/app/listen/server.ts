import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { LocalPeers } from '../access/peer/local-peers.ts'
import { defaultClients } from '../client-choices.ts'
import { errorBody } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { asksForWebSocket } from '../http/sockets/upgrade.ts'
import { contextOptions } from '../tls/context-options.ts'
import type { KeyPair } from '../tls/key-pair.ts'
import { boundConnections } from './bounded-connections.ts'
import { splitByFirstByte } from './first-byte.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { refusePlainHttp } from './plain-http.ts'
import { defaultReadingLimits, dropSlowReaders } from './slow-readers.ts'

/** Limits of connections; one that sends too slowly, or nothing, is closed. */
export interface ServerLimits {
  /** For receiving the headers of a request; over TLS also for the first byte, and for the handshake. */
  readonly headersTimeoutMs: number
  /** For receiving a whole request with its body. */
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** Closes a connection without any traffic for this long while a request or response is under way. */
  readonly stallMs: number
  readonly connections: number
  /** From one IPv4 address or IPv6 /64; a user of this machine may have twice as many. */
  readonly connectionsPerAddress: number
  /** Of all connections, those that only users of this machine who may see the map can have. */
  readonly reservedConnections: number
}

/** Each probe has one for its reports, and one for its channel. */
const CONNECTIONS_PER_PROBE = 2

/**
 * The limits an app has unless told otherwise: 1,024 connections besides those of probes.
 *
 * @param probes most probes that may report
 */
export const defaultServerLimits = (probes: number): ServerLimits => ({
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  stallMs: 20_000,
  connections: 1024 + CONNECTIONS_PER_PROBE * probes,
  connectionsPerAddress: defaultClients.connectionsPerAddress,
  reservedConnections: 128,
})

/** A server, and what ends it. */
export interface AppServer {
  /** Of `node:https` when it speaks TLS. */
  readonly server: Server
  /** Serves another certificate from now on; connections that are open stay. Not for plain HTTP. */
  useCertificate(pair: KeyPair): void
  /** Closes all connections of HTTP and those that are not yet so far; sockets that were upgraded may stay open. */
  closeAllConnections(): void
}

const MAX_HEADER_BYTES = 16_384

/**
 * An HTTP server for the routes, not yet listening.
 *
 * @param peers are asked whose a connection is
 * @param pair when given, the server speaks only https, with this certificate
 */
export const makeServer = (
  app: Hono<AppEnv>,
  limits: ServerLimits,
  peers: Pick<LocalPeers, 'watch' | 'of'>,
  pair?: KeyPair,
): AppServer => {
  const listener = getRequestListener((request, env) => app.fetch(request, env as AppEnv['Bindings']), {
    overrideGlobalObjects: false,
    errorHandler: malformedRequest,
  })
  const options: ServerOptions = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    maxHeaderSize: MAX_HEADER_BYTES,
    shouldUpgradeCallback: asksForWebSocket,
  }
  const bounded = oneAtATime(dropSlowReaders(listener, defaultReadingLimits))
  const made = pair === undefined ? plain(options, bounded) : secure(options, bounded, limits, pair)
  const { server } = made
  server.timeout = limits.stallMs
  server.maxConnections = limits.connections
  // Before the bounds, which depend on whose a connection is.
  peers.watch(server)
  boundConnections(server, {
    total: limits.connections,
    perClient: limits.connectionsPerAddress,
    reserved: limits.reservedConnections,
    peerOf: (socket) => peers.of(socket),
  })
  return made
}

const plain = (options: ServerOptions, listener: RequestListener): AppServer => {
  const server = createServer(options, listener)
  const useCertificate = (): never => {
    throw new Error('a server of plain HTTP has no certificate')
  }
  return { server, useCertificate, closeAllConnections: () => server.closeAllConnections() }
}

const secure = (
  options: ServerOptions,
  listener: RequestListener,
  { headersTimeoutMs }: ServerLimits,
  pair: KeyPair,
): AppServer => {
  const tls = { ...contextOptions(pair), handshakeTimeout: headersTimeoutMs }
  const server = createTlsServer({ ...options, ...tls }, listener)
  const others = refusePlainHttp(MAX_HEADER_BYTES, headersTimeoutMs)
  const closeUnfinished = splitByFirstByte(server, { waitMs: headersTimeoutMs, others })
  return {
    server,
    useCertificate: (renewed) => server.setSecureContext(contextOptions(renewed)),
    closeAllConnections() {
      server.closeAllConnections()
      closeUnfinished()
    },
  }
}

// Called only when no `Request` can be made, for example because of an invalid `Host`.
const malformedRequest = (): Response =>
  Response.json(errorBody('bad_request', 'the request line or the Host header is malformed'), {
    status: 400,
    headers: securityHeaders(),
  })
