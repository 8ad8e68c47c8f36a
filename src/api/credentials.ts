/**
 * What of signing in the page has to know as values, too. Apart from the schemas of `session.ts`, because the page's bundle
 * has no zod.
 */

/** What a person may do, from least to most: see; also control containers; also everything else, users included. */
export const roles = ['viewer', 'operator', 'admin'] as const

/** Request header with the secret of a session. */
export const SECRET_HEADER = 'scope-secret'

/** First WebSocket subprotocol that a client with a ticket offers, and the one that is selected. */
export const SOCKET_PROTOCOL = 'scope.v1'

/** Prefix of the second subprotocol, whose rest is the ticket. Unlike a query, it is in no log of a proxy. */
export const TICKET_PROTOCOL_PREFIX = 'scope.ticket.'

/** WebSocket close code with which the app ends the sockets of a session that has ended ("policy violation", RFC 6455). */
export const SESSION_ENDED_CODE = 1008

/** Lower and upper bound of a password's length, in UTF-16 units. */
export const passwordLength = { min: 10, max: 1024 } as const
