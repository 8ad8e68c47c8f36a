import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Peer } from './peer/local-peers.ts'

/** What access is decided by, read from a request's connection and headers. */
export interface RequestFacts {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  /** IP address of the client; undefined once the connection is closed. */
  readonly remoteAddress: string | undefined
  /** Who the kernel says is at the other end. */
  readonly peer: Peer
  /** Whether the connection is TLS, which the app itself ends. */
  readonly isEncrypted: boolean
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly secFetchSite: string | undefined
  readonly authorization: string | undefined
  /** Names of the request's headers that only proxies add. */
  readonly forwardedBy: readonly string[]
  readonly isUpgrade: boolean
}

const isForwarding = (name: string): boolean =>
  name === 'forwarded' ||
  name === 'via' ||
  name.startsWith('x-forwarded-') ||
  name === 'x-real-ip' ||
  name === 'x-client-ip' ||
  name === 'true-client-ip' ||
  name === 'cf-connecting-ip'

/**
 * Reads {@link RequestFacts} from a request.
 *
 * @param path without the query
 */
export const factsOf = (
  incoming: IncomingMessage,
  path: string,
  isUpgrade: boolean,
  peer: Peer,
): RequestFacts => {
  const { headers } = incoming
  const site = headers['sec-fetch-site']
  return {
    method: incoming.method ?? 'GET',
    path,
    remoteAddress: incoming.socket.remoteAddress,
    peer,
    isEncrypted: (incoming.socket as Partial<TLSSocket>).encrypted === true,
    host: headers.host,
    origin: headers.origin,
    secFetchSite: Array.isArray(site) ? site[0] : site,
    authorization: headers.authorization,
    forwardedBy: Object.keys(headers).filter(isForwarding),
    isUpgrade,
  }
}
