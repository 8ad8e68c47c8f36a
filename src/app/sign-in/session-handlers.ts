import type { Context } from 'hono'
import type { SignedIn } from '../../api/session.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { AccessRules } from '../access/rules.ts'
import type { Subject } from '../access/subject.ts'
import { type Accounts, AccountsError } from '../accounts/accounts.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'
import { sessionCookie } from './session-cookie.ts'
import { checkSignIn, type SignedInAs } from './sign-in.ts'
import { whoOf } from './who.ts'

/** What {@link sessionHandlers} needs. */
export interface SessionHandlersOptions {
  readonly accounts: Accounts
  readonly rules: AccessRules
  readonly audit: Pick<AuditLog, 'record'>
}

type SessionHandlers = Pick<
  Handlers,
  'who' | 'signIn' | 'signOut' | 'sessions' | 'endSessions' | 'endSession' | 'ticket'
>

/** Handlers of `/api/session`, `/api/sessions` and `/api/ticket`. */
export const sessionHandlers = (options: SessionHandlersOptions): SessionHandlers => {
  const { accounts, audit } = options
  const { sessions, tickets } = accounts

  const open = (c: Context<AppEnv>, as: SignedInAs): Response => {
    const authentication = c.get('authentication')
    const { connection, subject: before } = authentication
    const { isTls, from } = connection
    const { agent, localPort: port } = c.get('facts')
    const { cookie, secret, session } = sessions.open({ ...as, from, agent, secure: isTls })
    if (as.by === 'code') accounts.codes.opened(as.use, session.id)
    // The browser has no use for the session that it had: the cookie is replaced.
    if (before.sessionId !== undefined) sessions.end(before.sessionId)
    const found = sessions.get(session.id)
    if (found === undefined)
      throw new ApiError(401, 'session_ended', 'the session has ended already; sign in again')
    const subject: Subject = {
      by: 'session',
      name: found.user,
      role: found.role,
      mayAct: true,
      sessionId: session.id,
      why: undefined,
    }
    audit.record({ who: subject.name, from, action: 'sign-in', result: 'done', reason: wordsOf(as) })
    c.header('set-cookie', sessionCookie(cookie, { port, isTls }))
    const body: SignedIn = { secret, who: whoOf(authentication, options, subject) }
    return unstored(c, body)
  }

  const ended = (c: Context<AppEnv>, count: number, target: string): Response => {
    const { subject, connection } = c.get('authentication')
    if (count > 0)
      audit.record({ who: subject.name, from: connection.from, action: 'sign-out', target, result: 'done' })
    return answerJson(c, JSON.stringify({ ended: count }))
  }

  const forget = (c: Context<AppEnv>): void => {
    const { isTls } = c.get('authentication').connection
    c.header('set-cookie', sessionCookie(undefined, { port: c.get('facts').localPort, isTls }))
  }

  return {
    who: (c) => unstored(c, whoOf(c.get('authentication'), options)),

    signIn: async (c) => {
      const given = c.req.valid('json')
      try {
        return open(c, await checkSignIn(given, c.get('authentication'), options))
      } catch (error) {
        const refused = asApiError(error)
        audit.record({
          who: 'user' in given ? knownUser(accounts, given.user) : '',
          from: c.get('authentication').connection.from,
          action: 'sign-in',
          result: 'refused',
          reason: reasonOf(refused),
        })
        throw refused
      }
    },

    signOut: (c) => {
      const sessionId = sessionOf(c)
      sessions.end(sessionId)
      forget(c)
      return ended(c, 1, 'this browser')
    },

    sessions: (c) => {
      const { name, sessionId } = c.get('authentication').subject
      const own = sessions.list(name).map((session) => ({ ...session, current: session.id === sessionId }))
      return unstored(c, own)
    },

    endSessions: (c) => {
      const { name } = c.get('authentication').subject
      forget(c)
      return ended(c, sessions.endAll(name), 'everywhere')
    },

    endSession: (c) => {
      const { id } = c.req.valid('param')
      const { name, sessionId } = c.get('authentication').subject
      if (!sessions.end(id, name)) throw new ApiError(404, 'unknown_session', `${name} has no such session`)
      if (id === sessionId) forget(c)
      return ended(c, 1, `session ${id}`)
    },

    ticket: (c) => unstored(c, { ticket: tickets.issue(sessionOf(c)) }),
  }
}

const wordsOf = (as: SignedInAs): string =>
  as.by === 'code' && as.replaces !== undefined
    ? 'by a link, once more, since the answer did not arrive'
    : `by a ${as.by === 'code' ? 'link' : as.by}`

// People type passwords into the wrong field, so only names of users are told.
const knownUser = ({ users }: Pick<Accounts, 'users'>, name: string): string => users.find(name)?.name ?? ''

const asApiError = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error
  if (error instanceof AccountsError) return new ApiError(401, error.code, error.message)
  throw error
}

// How long somebody has to wait makes no other refusal of it: such are counted together.
const reasonOf = ({ code, message }: ApiError): string =>
  code === 'too_many_attempts' ? 'too many attempts failed' : message

const sessionOf = (c: Context<AppEnv>): string => {
  const { sessionId } = c.get('authentication').subject
  if (sessionId === undefined)
    throw new ApiError(409, 'no_session', 'this is about the session that asks, and the request is of none')
  return sessionId
}

const unstored = (c: Context<AppEnv>, answer: unknown): Response => {
  c.header('cache-control', 'no-store')
  return answerJson(c, JSON.stringify(answer))
}
