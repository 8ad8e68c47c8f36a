import { join } from 'node:path'
import type { Role } from '../../api/session.ts'
import { type Guard, unguarded } from '../../log/faults.ts'
import type { Accounts } from './accounts.ts'
import { Changes } from './changes.ts'
import { createCodeUses } from './code-uses.ts'
import { createCodes } from './codes.ts'
import { Database } from './database/database.ts'
import type { HashCost } from './passwords/hash.ts'
import { PasswordHasher } from './passwords/hasher.ts'
import { PasswordCheck } from './passwords/password-check.ts'
import { createSessions } from './sessions.ts'
import { SignInLimits, type SignInLimitsOptions } from './sign-in-limits.ts'
import { createTickets } from './tickets.ts'
import { createUsers } from './users.ts'

export interface AccountsOptions {
  /** Directory of the database, see `ensureAppDir`. */
  readonly directory: string
  /** Ms since 1970, by the clock of the machine: what is stored outlives the process. */
  readonly nowMs: () => number
  /** How long a change waits for another process that makes one; by default as long as may go unnoticed in an app. */
  readonly busyTimeoutMs?: number
  /** Role of whom only a trusted proxy knows. Without it no proxy names users: nobody has a session by one, unless they are a user here. */
  readonly proxyRole?: Role | undefined
  /** Guards the periodic work. */
  readonly guard?: Guard
  /** Defaults for all but tests. */
  readonly hashCost?: HashCost
  readonly signInLimits?: SignInLimitsOptions
}

/** How soon is noticed what another process has changed. Nothing but a counter in shared memory is read. */
const POLL_INTERVAL_MS = 2000
const KEEP_UP_INTERVAL_MS = 60_000
/** A change takes some milliseconds. */
const APP_BUSY_TIMEOUT_MS = 500

/** Path of the database, in the directory of the app. */
export const accountsFile = (directory: string): string => join(directory, 'accounts.db')

/**
 * Opens users, sessions and codes, making the database where it is missing.
 *
 * @throws {StateError} in plain words when it cannot be used: damaged, locked, of another user, of a newer Scope
 */
export const openAccounts = (options: AccountsOptions): Accounts => {
  const { directory, nowMs, proxyRole, guard = unguarded } = options
  const database = new Database(accountsFile(directory), {
    busyTimeoutMs: options.busyTimeoutMs ?? APP_BUSY_TIMEOUT_MS,
  })
  const changes = new Changes(database)
  const hasher = new PasswordHasher(options.hashCost)
  const users = createUsers({ database, changes, hasher, nowMs })
  const codeUses = createCodeUses(() => performance.now())
  const sessions = createSessions({ database, changes, nowMs, proxyRole, onUsed: codeUses.sessionUsed })
  const tickets = createTickets(() => performance.now())
  changes.onSessionsEnded((sessionIds) => tickets.sessionsEnded(sessionIds))
  const passwords = new PasswordCheck({
    database,
    users,
    hasher,
    limits: new SignInLimits(options.signInLimits),
    nowMs,
  })

  const poll = setInterval(
    () => guard('look for changes of accounts', () => changes.poll()),
    POLL_INTERVAL_MS,
  )
  const keepUp = setInterval(() => {
    guard('write when sessions were last seen', () => sessions.writeLastSeen())
    guard('delete expired sessions', () => sessions.deleteExpired())
  }, KEEP_UP_INTERVAL_MS)
  for (const timer of [poll, keepUp]) timer.unref()

  return {
    users,
    sessions,
    codes: createCodes(database, nowMs, codeUses),
    tickets,
    checkPassword: async (attempt) => {
      const answer = await passwords.check(attempt)
      // A user whom another process added a moment ago must be known from now on: else it would not show that they change.
      if ('user' in answer) changes.poll()
      return answer
    },
    verifyPassword: (name, password) => passwords.verify(name, password),
    onSessionsEnded: (listener) => changes.onSessionsEnded(listener),
    onUsersChanged: (listener) => changes.onUsersChanged(listener),
    close: () => {
      clearInterval(poll)
      clearInterval(keepUp)
      try {
        sessions.writeLastSeen()
      } finally {
        database.close()
      }
    },
  }
}
