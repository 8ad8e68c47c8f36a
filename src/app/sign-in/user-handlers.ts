import type { Context } from 'hono'
import type { AuditLog } from '../../audit/audit-log.ts'
import { type Accounts, AccountsError, type LastCheck } from '../accounts/accounts.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'
import type { WatchedSubjects } from './watched-subjects.ts'

/** What {@link userHandlers} needs. */
export interface UserHandlersOptions {
  readonly accounts: Pick<Accounts, 'users' | 'sessions'>
  readonly audit: Pick<AuditLog, 'record'>
  readonly subjects: Pick<WatchedSubjects, 'mustHold'>
}

/** Handlers of `/api/users`. */
export const userHandlers = ({
  accounts: { users, sessions },
  audit,
  subjects,
}: UserHandlersOptions): Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'removeUser'> => {
  /** Does what was asked for, and notes what became of it. */
  const changing = async <Result>(
    c: Context<AppEnv>,
    what: { readonly actions: readonly string[]; readonly target: string },
    change: (check: LastCheck) => Promise<Result> | Result,
  ): Promise<Result> => {
    const { subject, connection } = c.get('authentication')
    const note = (outcome: { result: 'done' | 'refused' | 'failed'; reason?: string }): void => {
      for (const action of what.actions)
        audit.record({ who: subject.name, from: connection.from, action, target: what.target, ...outcome })
    }
    try {
      const result = await change(() => subjects.mustHold(subject))
      note({ result: 'done' })
      return result
    } catch (error) {
      const result = error instanceof ApiError && error.status === 401 ? 'refused' : 'failed'
      note({ result, reason: error instanceof Error ? error.message : String(error) })
      throw error instanceof AccountsError ? asApiError(error) : error
    }
  }

  return {
    users: (c) => answerJson(c, JSON.stringify(users.list())),

    addUser: async (c) => {
      const user = c.req.valid('json')
      const what = { actions: ['user-add'], target: user.name }
      return answerJson(c, JSON.stringify(await changing(c, what, (check) => users.add(user, check))))
    },

    changeUser: async (c) => {
      const { name } = c.req.valid('param')
      const change = c.req.valid('json')
      const actions = [
        ...(change.role === undefined ? [] : ['user-role']),
        ...(change.password === undefined ? [] : ['user-password']),
      ]
      const changed = await changing(c, { actions, target: name }, (check) =>
        users.change(name, change, check),
      )
      return answerJson(c, JSON.stringify(changed))
    },

    removeUser: async (c) => {
      const { name } = c.req.valid('param')
      const ended = sessions.list(name).length
      await changing(c, { actions: ['user-remove'], target: name }, (check) => users.remove(name, check))
      return answerJson(c, JSON.stringify({ ended }))
    },
  }
}

const statuses = {
  unknown_user: 404,
  user_exists: 409,
  reserved_name: 409,
  too_many_users: 409,
  wrong_password: 401,
  session_ended: 401,
  busy: 503,
} as const

const asApiError = ({ code, message }: AccountsError): ApiError =>
  new ApiError(statuses[code], code, message, code === 'busy' ? { headers: { 'retry-after': '1' } } : {})
