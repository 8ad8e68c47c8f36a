import { isIP } from 'node:net'
import { hostNameOf } from './loopback.ts'
import type { Refusal } from './refusal.ts'
import type { RequestFacts } from './request/request-facts.ts'

/** Refuses what a page of another origin or site asks for, by request or WebSocket. */
export const refuseOtherSites = ({
  origin,
  host,
  secFetchSite,
  path,
  isUpgrade,
}: RequestFacts): Refusal | undefined => {
  if (origin !== undefined && !isOwnOrigin(origin, host))
    return { status: 403, code: 'foreign_origin', message: 'a page of another origin may not ask this' }
  const isData = isUpgrade || path === '/api' || path.startsWith('/api/')
  if (isData && (secFetchSite === 'cross-site' || secFetchSite === 'same-site'))
    return { status: 403, code: 'foreign_site', message: 'a page of another site may not ask this' }
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

/**
 * Refuses a `Host` that is neither an address nor a known name. A page can have its own name point to this machine (DNS
 * rebinding), and is then of the same origin for the browser.
 *
 * @param hosts lower-case names
 */
export const refuseUnknownHost = (
  { host }: Pick<RequestFacts, 'host'>,
  hosts: ReadonlySet<string>,
): Refusal | undefined => {
  const name = hostNameOf(host)
  if (name !== undefined && (isIP(name) !== 0 || hosts.has(name.toLowerCase()))) return undefined
  return {
    status: 421,
    code: 'unknown_host',
    message:
      'Scope does not go by the name that this request has in its Host: ask by IP address or by the name of the machine, or start ' +
      'Scope with --app.host=NAME',
  }
}
