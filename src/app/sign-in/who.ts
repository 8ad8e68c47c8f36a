import type { Who } from '../../api/session.ts'
import type { Authentication } from '../access/authenticate.ts'
import type { AccessRules } from '../access/rules.ts'
import type { Subject } from '../access/subject.ts'
import type { Accounts } from '../accounts/accounts.ts'

/** What {@link whoOf} needs. */
export interface WhoOptions {
  readonly accounts: Pick<Accounts, 'users'>
  readonly rules: Pick<AccessRules, 'readOnly'>
}

/** The answer to who asks. @param subject who, if other than who sent the request */
export const whoOf = (
  authentication: Authentication,
  { accounts, rules }: WhoOptions,
  subject: Subject = authentication.subject,
): Who => {
  const { proxyUser, connection } = authentication
  const { by, name, role, mayAct, why } = subject
  return {
    by,
    name,
    ...(role === undefined ? {} : { role }),
    mayAct,
    ...(why === undefined ? {} : { why }),
    signIn: {
      password: accounts.users.list().length > 0,
      proxy: proxyUser !== undefined,
      ...(connection.insecure === undefined ? {} : { refused: connection.insecure }),
    },
    readOnly: rules.readOnly,
  }
}
