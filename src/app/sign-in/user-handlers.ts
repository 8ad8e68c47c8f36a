import type { Context } from 'hono'
import type { AuditLog } from '../../audit/audit-log.ts'
import { type Accounts, AccountsError } from '../accounts/accounts.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'

/** What {@link userHandlers} needs. */
export interface UserHandlersOptions {
  readonly accounts: Pick<Accounts, 'users' | 'sessions'>
  readonly audit: Pick<AuditLog, 'record'>
}

/** Handlers of `/api/users`. */
export const userHandlers = ({
  accounts: { users, sessions },
  audit,
}: UserHandlersOptions): Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'removeUser'> => {
  /** Does what was asked for, and notes what became of it. */
  const changing = async <Result>(
    c: Context<AppEnv>,
    what: { readonly actions: readonly string[]; readonly target: string },
    change: () => Promise<Result> | Result,
  ): Promise<Result> => {
    const { subject, connection } = c.get('authentication')
    const note = (outcome: { result: 'done' | 'failed'; reason?: string }): void => {
      for (const action of what.actions)
        audit.record({ who: subject.name, from: connection.from, action, target: what.target, ...outcome })
    }
    try {
      const result = await change()
      note({ result: 'done' })
      return result
    } catch (error) {
      note({ result: 'failed', reason: error instanceof Error ? error.message : String(error) })
      throw error instanceof AccountsError ? asApiError(error) : error
    }
  }

  return {
    users: (c) => answerJson(c, JSON.stringify(users.list())),

    addUser: async (c) => {
      const user = c.req.valid('json')
      const what = { actions: ['user-add'], target: user.name }
      return answerJson(c, JSON.stringify(await changing(c, what, () => users.add(user))))
    },

    changeUser: async (c) => {
      const { name } = c.req.valid('param')
      const change = c.req.valid('json')
      const actions = [
        ...(change.role === undefined ? [] : ['user-role']),
        ...(change.password === undefined ? [] : ['user-password']),
      ]
      const changed = await changing(c, { actions, target: name }, () => users.change(name, change))
      return answerJson(c, JSON.stringify(changed))
    },

    removeUser: async (c) => {
      const { name } = c.req.valid('param')
      const ended = sessions.list(name).length
      await changing(c, { actions: ['user-remove'], target: name }, () => users.remove(name))
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
  busy: 503,
} as const

const asApiError = ({ code, message }: AccountsError): ApiError =>
  new ApiError(statuses[code], code, message, code === 'busy' ? { headers: { 'retry-after': '1' } } : {})
