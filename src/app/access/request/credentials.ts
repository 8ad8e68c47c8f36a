import { parse } from 'hono/utils/cookie'
import { TICKET_PROTOCOL_PREFIX } from '../../../api/session.ts'
import type { RequestFacts } from './request-facts.ts'

/** What a request carries to prove who asks. None of it is verified yet. */
export interface Credentials {
  readonly cookie: string | undefined
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
  const name = cookieName(facts.localPort)
  const bearer = /^Bearer +(\S+) *$/i.exec(facts.authorization ?? '')?.[1]
  const basic = basicOf(facts.authorization)
  return {
    cookie: facts.cookie === undefined ? undefined : parse(facts.cookie, name)[name],
    secret: facts.secret,
    ticket: ticketIn(facts.subprotocols),
    bearer,
    basic,
    unreadable: facts.authorization !== undefined && bearer === undefined && basic === undefined,
  }
}

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
