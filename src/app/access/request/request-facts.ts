import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { SECRET_HEADER } from '../../../api/session.ts'
import type { Peer } from '../peer/local-peers.ts'

/** What access is decided by, read from a request's connection and headers, all of it as it came. */
export interface RequestFacts {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly isUpgrade: boolean
  /** IP address of the other end; undefined once the connection is closed. */
  readonly remoteAddress: string | undefined
  /** IP address and port of this end. */
  readonly localAddress: string | undefined
  readonly localPort: number
  readonly isTls: boolean
  /** Whom the kernel names at the other end of a connection from this machine. */
  readonly peer: Peer
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly secFetchSite: string | undefined
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  readonly secret: string | undefined
  /** `Sec-WebSocket-Protocol`. */
  readonly subprotocols: string | undefined
  /** Names of the request's headers that only proxies add. */
  readonly forwardedBy: readonly string[]
  /** `X-Forwarded-For` and `X-Forwarded-Proto`. */
  readonly forwardedFor: string | undefined
  readonly forwardedProto: string | undefined
  /** Each value of the header by which a proxy names its user; empty when there is none, or none is configured. */
  readonly proxyUsers: readonly string[]
  /** `User-Agent`; empty when there is none. */
  readonly agent: string
}

/** What {@link factsOf} needs beside the request. */
export interface FactsOptions {
  readonly path: string
  readonly isUpgrade: boolean
  readonly peer: Peer
  /** Lower-case name of the header by which a proxy names its user. */
  readonly proxyHeader: string | undefined
}

const isForwarding = (name: string): boolean =>
  name === 'forwarded' ||
  name === 'via' ||
  name.startsWith('x-forwarded-') ||
  name === 'x-real-ip' ||
  name === 'x-client-ip' ||
  name === 'true-client-ip' ||
  name === 'cf-connecting-ip'

/** Reads {@link RequestFacts} from a request. */
export const factsOf = (incoming: IncomingMessage, options: FactsOptions): RequestFacts => {
  const { headers, headersDistinct, socket } = incoming
  const { path, isUpgrade, peer, proxyHeader } = options
  const textOf = (name: string): string | undefined => headersDistinct[name]?.join(', ')
  return {
    method: incoming.method ?? 'GET',
    path,
    isUpgrade,
    remoteAddress: socket.remoteAddress,
    localAddress: socket.localAddress,
    localPort: socket.localPort ?? 0,
    isTls: (socket as Partial<TLSSocket>).encrypted === true,
    peer,
    host: headers.host,
    origin: headers.origin,
    secFetchSite: textOf('sec-fetch-site'),
    authorization: headers.authorization,
    cookie: headers.cookie,
    secret: textOf(SECRET_HEADER),
    subprotocols: textOf('sec-websocket-protocol'),
    forwardedBy: Object.keys(headers).filter(isForwarding),
    forwardedFor: textOf('x-forwarded-for'),
    forwardedProto: textOf('x-forwarded-proto'),
    proxyUsers: proxyHeader === undefined ? [] : (headersDistinct[proxyHeader] ?? []),
    agent: headers['user-agent'] ?? '',
  }
}
