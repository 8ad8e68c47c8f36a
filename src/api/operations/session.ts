import { createRoute, z } from '@hono/zod-openapi'
import {
  endedSchema,
  sessionSchema,
  signedInSchema,
  signInSchema,
  ticketSchema,
  whoSchema,
} from '../session.ts'
import { answers, jsonBody, needs } from './entry/operation.ts'
import { noParameters } from './entry/parameters.ts'

export const who = createRoute({
  ...needs('session:read'),
  method: 'get',
  path: '/api/session',
  summary: 'Who asks, what they may do, and how a session can be had',
  request: { query: noParameters },
  responses: answers('Who asks.', whoSchema),
})

export const signIn = createRoute({
  ...needs('session:open'),
  method: 'post',
  path: '/api/session',
  summary: 'Sign in: a new session',
  request: { query: noParameters, body: jsonBody(signInSchema) },
  responses: answers('The session. Its cookie is set as well.', signedInSchema, {
    401: 'The code is not valid any more, or name and password are wrong, or the proxy names nobody.',
    403: '`insecure`: nobody can sign in on this connection, for want of TLS.',
    429: 'Too many attempts failed; `Retry-After` says how long to wait.',
    503: 'Too many sign in at once.',
  }),
})

export const signOut = createRoute({
  ...needs('session:manage'),
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out: the session that asks ends',
  request: { query: noParameters },
  responses: answers('It has ended.', endedSchema, { 409: '`no_session`: no session asks.' }),
})

export const sessions = createRoute({
  ...needs('session:manage'),
  method: 'get',
  path: '/api/sessions',
  summary: 'Where one is signed in',
  request: { query: noParameters },
  responses: answers('The sessions of the user who asks, newest first.', z.array(sessionSchema).readonly()),
})

export const endSessions = createRoute({
  ...needs('session:manage'),
  method: 'delete',
  path: '/api/sessions',
  summary: 'Sign out everywhere: all sessions of the user who asks end',
  request: { query: noParameters },
  responses: answers('They have ended.', endedSchema),
})

export const endSession = createRoute({
  ...needs('session:manage'),
  method: 'delete',
  path: '/api/sessions/{id}',
  summary: 'End a session of the user who asks',
  request: {
    params: z.object({ id: z.string().max(200).describe('Id of the session.') }),
    query: noParameters,
  },
  responses: answers('It has ended.', endedSchema, { 404: 'The user has no such session.' }),
})

export const ticket = createRoute({
  ...needs('session:manage'),
  method: 'post',
  path: '/api/ticket',
  summary: 'A ticket for a WebSocket of the session that asks',
  description:
    'A browser offers it as subprotocol: `new WebSocket(url, ["scope.v1", "scope.ticket." + ticket])`. Scripts need none: they ' +
    'send `Authorization`.',
  request: { query: noParameters },
  responses: answers('The ticket.', ticketSchema, { 409: '`no_session`: no session asks.' }),
})
