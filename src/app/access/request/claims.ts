import { reservedNames } from '../../accounts/accounts.ts'
import type { Connection } from './connection.ts'
import type { Credentials } from './credentials.ts'
import type { RequestFacts } from './request-facts.ts'

/** Something by which a request says who asks, and that is worth looking up. */
export type Claim =
  | { readonly kind: 'session'; readonly cookies: readonly string[]; readonly secret: string }
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly name: string; readonly password: string }
  | { readonly kind: 'proxy'; readonly name: string }

/** Something that a request carried in vain. */
export interface InVain {
  readonly kind: Claim['kind']
  /** Worded to follow "since". */
  readonly why: string
  /** It might count on a connection that others cannot read. */
  readonly insecure?: true
}

/** What a request claims, most telling first, and what it carries that proves nothing whatever it is. */
export interface Claims {
  readonly claims: readonly Claim[]
  readonly inVain: readonly InVain[]
}

/** Names by proxies can be anything that fits on a line. */
const PROXY_USER = /^[^\p{C}\p{Z}]{1,200}$/u

/** What a request claims, by the credentials in it and the way that it took. */
export const claimsOf = (facts: RequestFacts, given: Credentials, connection: Connection): Claims => {
  const found = [ofSession(facts, given), ofAuthorization(facts, given), ofProxy(facts, connection)].flatMap(
    (claim) => claim ?? [],
  )
  const { insecure } = connection
  const isCredential = ({ kind }: Claim | InVain): boolean => kind !== 'proxy'
  const usable = found.filter((claim) => insecure === undefined || !isCredential(claim))
  return {
    claims: usable.filter((claim): claim is Claim => !('why' in claim)),
    inVain: [
      ...usable.filter((claim): claim is InVain => 'why' in claim),
      ...(insecure === undefined
        ? []
        : found.filter(isCredential).map(({ kind }): InVain => ({ kind, why: insecure, insecure: true }))),
    ],
  }
}

const ofSession = (
  { isUpgrade }: RequestFacts,
  { cookies, secret, ticket }: Credentials,
): Claim | InVain | undefined => {
  if (isUpgrade && ticket !== undefined) return { kind: 'ticket', ticket }
  if (cookies.length > 0 && secret !== undefined) return { kind: 'session', cookies, secret }
  if (secret !== undefined)
    return { kind: 'session', why: 'a secret of a session is worth nothing without its cookie' }
  if (cookies.length === 0) return undefined
  const missing = isUpgrade ? 'a ticket' : 'its secret'
  return { kind: 'session', why: `a cookie of a session is worth nothing without ${missing}` }
}

const ofAuthorization = (
  { origin }: RequestFacts,
  { bearer, basic, unreadable }: Credentials,
): Claim | InVain | undefined => {
  if (bearer !== undefined) return { kind: 'token', token: bearer }
  if (unreadable)
    return { kind: 'token', why: 'its Authorization is neither "Bearer <token>" nor "Basic <name:password>"' }
  if (basic === undefined) return undefined
  // A browser would go on sending a password by itself, also for what other pages ask.
  if (origin !== undefined) return { kind: 'password', why: 'Basic authentication is not for pages' }
  return { kind: 'password', ...basic }
}

const ofProxy = ({ proxyUsers }: RequestFacts, { viaProxy }: Connection): Claim | InVain | undefined => {
  const [name = '', ...more] = proxyUsers
  if (proxyUsers.length === 0) return undefined
  if (!viaProxy)
    return { kind: 'proxy', why: 'the header that names a user does not come from a trusted proxy' }
  if (more.length > 0) return { kind: 'proxy', why: 'the proxy names several users' }
  if (reservedNames.includes(name)) return { kind: 'proxy', why: `the proxy names ${name}, which is no user` }
  if (!PROXY_USER.test(name)) return { kind: 'proxy', why: 'the proxy gives a name that none can have' }
  return { kind: 'proxy', name }
}
