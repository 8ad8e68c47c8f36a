import type { AuditLog } from '../../audit/audit-log.ts'
import type { Faults } from '../../log/faults.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { OpenSockets } from '../sign-in/open-sockets.ts'
import { sessionHandlers } from '../sign-in/session-handlers.ts'
import { userHandlers } from '../sign-in/user-handlers.ts'
import { WatchedSubjects } from '../sign-in/watched-subjects.ts'
import { makeGuard } from './guard.ts'
import type { LocalPeers } from './peer/local-peers.ts'
import { proveBy } from './prove.ts'
import type { AccessRules } from './rules.ts'

/** What {@link makeAccess} needs. */
export interface AccessParts {
  readonly rules: AccessRules
  readonly accounts: Accounts
  readonly peers: LocalPeers
  readonly audit: AuditLog
  /** The bearer token of the state directory. */
  readonly token: string
  readonly faults: Faults
}

/** All of an app that has to do with who asks: the guard of its routes, and signing in. */
export const makeAccess = (parts: AccessParts) => {
  const { rules, accounts, peers, audit, token, faults } = parts
  const subjects = new WatchedSubjects(accounts, faults.guardOf('accounts'))
  return {
    guard: makeGuard({
      rules,
      peers,
      prove: proveBy({ accounts, token, rules, faults }),
      audit,
      sockets: new OpenSockets(subjects),
      subjects,
    }),
    subjects,
    handlers: {
      ...sessionHandlers({ accounts, rules, audit }),
      ...userHandlers({ accounts, audit, subjects }),
    },
    stop: () => subjects.stop(),
  }
}
