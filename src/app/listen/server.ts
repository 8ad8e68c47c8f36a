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
import { openConnections } from './open-connections.ts'
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
  /** Closes all connections, also those that have not finished their handshake, and those that became WebSockets or ask for it. */
  closeAllConnections(): void
}

const MAX_HEADER_BYTES = 16_384

/**
 * An HTTP server for the routes, not yet listening.
 *
 * @param peers are asked whose a connection is
 * @param pair when given, the server speaks only https, with this certificate
 * @param speaksWebSocket whether there may be a WebSocket at a path; a request for one at any other path is a plain request
 */
export const makeServer = (
  app: Hono<AppEnv>,
  limits: ServerLimits,
  peers: Pick<LocalPeers, 'watch' | 'of'>,
  pair?: KeyPair,
  speaksWebSocket: (path: string) => boolean = () => true,
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
    // An upgrade takes the connection away from whoever answers the request before it: then it is a plain request, in its turn.
    shouldUpgradeCallback: (request) =>
      asksForWebSocket(request, speaksWebSocket) && !requests.isAnswering(request.socket),
  }
  const requests = oneAtATime(dropSlowReaders(listener, defaultReadingLimits))
  const made =
    pair === undefined ? plain(options, requests.listener) : secure(options, requests.listener, limits, pair)
  const { server } = made
  const closeOpen = openConnections(server)
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
  return {
    ...made,
    closeAllConnections() {
      server.closeAllConnections()
      closeOpen()
    },
  }
}

type Made = Pick<AppServer, 'server' | 'useCertificate'>

const plain = (options: ServerOptions, listener: RequestListener): Made => {
  const server = createServer(options, listener)
  const useCertificate = (): never => {
    throw new Error('a server of plain HTTP has no certificate')
  }
  return { server, useCertificate }
}

const secure = (
  options: ServerOptions,
  listener: RequestListener,
  { headersTimeoutMs }: ServerLimits,
  pair: KeyPair,
): Made => {
  const tls = { ...contextOptions(pair), handshakeTimeout: headersTimeoutMs }
  const server = createTlsServer({ ...options, ...tls }, listener)
  const others = refusePlainHttp(MAX_HEADER_BYTES, headersTimeoutMs)
  splitByFirstByte(server, { waitMs: headersTimeoutMs, others })
  return {
    server,
    useCertificate: (renewed) => server.setSecureContext(contextOptions(renewed)),
  }
}

// Called only when no `Request` can be made, for example because of an invalid `Host`.
const malformedRequest = (): Response =>
  Response.json(errorBody('bad_request', 'the request line or the Host header is malformed'), {
    status: 400,
    headers: securityHeaders(),
  })
