import { createHash, timingSafeEqual } from 'node:crypto'
import { CHANNEL_PATH } from '../../report/channel.ts'
import { REPORT_PATH } from '../../report/schema.ts'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'
import { whySignIn } from './peer/local-peers.ts'
import type { RequestFacts } from './request-facts.ts'

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403
  readonly code: string
  readonly message: string
  /** Why the request needs the token, worded to follow "since"; only with 401. */
  readonly reason?: string
}

/**
 * Decides whether a request may be answered. A request from this machine, of a user who may see the map, with a
 * loopback `Host` and not through a proxy, needs no token; every other must carry it. Reports and probe channels are authenticated in their own way (see
 * `proof.ts`), wherever they come from. Pages of other sites are refused in any case, whether they use cross-site
 * requests, WebSockets or DNS rebinding.
 *
 * @param secret the bearer token of the state directory
 * @returns undefined when the request may go on
 */
export const decideAccess = (facts: RequestFacts, secret: string): Refusal | undefined =>
  refuseOtherSites(facts) ??
  (isProven(facts) || bearsSecret(facts.authorization, secret) ? undefined : refuseOutsiders(facts))

const isProven = ({ method, path, isUpgrade }: RequestFacts): boolean =>
  isUpgrade ? path === CHANNEL_PATH : method === 'POST' && path === REPORT_PATH

const refuseOtherSites = ({
  origin,
  host,
  secFetchSite,
  path,
  isUpgrade,
}: RequestFacts): Refusal | undefined => {
  if (origin !== undefined && !isOwnOrigin(origin, host))
    return refusal(403, 'foreign_origin', 'a page of another origin may not ask this')
  const isData = isUpgrade || path === '/api' || path.startsWith('/api/')
  if (isData && (secFetchSite === 'cross-site' || secFetchSite === 'same-site'))
    return refusal(403, 'foreign_site', 'a page of another site may not ask this')
  return undefined
}

// The scheme may differ: behind a proxy that ends TLS, the page has https and the app http.
const isOwnOrigin = (origin: string, host: string | undefined): boolean => {
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol, host: ofPage } = new URL(origin)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  const own = `${protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === ofPage
}

const refuseOutsiders = ({ remoteAddress, forwardedBy, host, peer }: RequestFacts): Refusal | undefined => {
  const reason = !isLoopbackAddress(remoteAddress)
    ? 'it comes from another machine'
    : forwardedBy.length > 0
      ? `it came through a proxy (${forwardedBy.join(', ')})`
      : isLoopbackHost(host)
        ? whySignIn(peer)
        : 'its Host is not a loopback name'
  if (reason === undefined) return undefined
  const message = `this request needs "Authorization: Bearer <token>", since ${reason}; "scope token" prints the token`
  return { ...refusal(401, 'unauthorized', message), reason }
}

const refusal = (status: Refusal['status'], code: string, message: string): Refusal => ({
  status,
  code,
  message,
})

const bearsSecret = (authorization: string | undefined, secret: string): boolean => {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  // timingSafeEqual needs equal lengths; comparing hashes also reveals nothing about the length of the secret.
  return given !== undefined && timingSafeEqual(digest(given), digest(secret))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
