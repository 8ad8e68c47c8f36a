import { TICKET_PROTOCOL_PREFIX } from '../../../api/session.ts'
import type { RequestFacts } from './request-facts.ts'

/** What a request carries to prove who asks. None of it is verified yet. */
export interface Credentials {
  /** Cookies with the name of the session's, most specific first. Other servers of the host can set some of that name. */
  readonly cookies: readonly string[]
  readonly secret: string | undefined
  readonly ticket: string | undefined
  readonly bearer: string | undefined
  readonly basic: { readonly name: string; readonly password: string } | undefined
  /** `Authorization` of a kind that is not understood. */
  readonly unreadable: boolean
}

/** Name of the cookie with a session. A browser sends it to all ports of a host, so it names the port that set it. */
export const cookieName = (port: number): string => `scope-${port}`

/** Reads the credentials of a request. */
export const credentialsOf = (facts: RequestFacts): Credentials => {
  const bearer = /^Bearer +(\S+) *$/i.exec(facts.authorization ?? '')?.[1]
  const basic = basicOf(facts.authorization)
  return {
    cookies: cookiesIn(facts.cookie, cookieName(facts.localPort)),
    secret: facts.secret,
    ticket: ticketIn(facts.subprotocols),
    bearer,
    basic,
    unreadable: facts.authorization !== undefined && bearer === undefined && basic === undefined,
  }
}

/** More than a few have no honest cause. */
const MAX_COOKIES = 8

const cookiesIn = (header: string | undefined, name: string): readonly string[] =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .slice(0, MAX_COOKIES)

const ticketIn = (subprotocols: string | undefined): string | undefined =>
  subprotocols
    ?.split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(TICKET_PROTOCOL_PREFIX))
    ?.slice(TICKET_PROTOCOL_PREFIX.length)

const basicOf = (authorization: string | undefined): Credentials['basic'] => {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}
