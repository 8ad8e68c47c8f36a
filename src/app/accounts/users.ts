import type { Role, User } from '../../api/session.ts'
import { AccountsError, reservedNames, type Users } from './accounts.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database/database.ts'
import type { PasswordHasher } from './passwords/hasher.ts'
import { randomSecret } from './secrets.ts'

const MAX_USERS = 500

interface UserRow {
  readonly name: string
  readonly role: Role
  readonly created_at: number
  readonly last_sign_in_at: number | null
}

const columns = 'name, role, created_at, last_sign_in_at'

const userOf = ({ name, role, created_at, last_sign_in_at }: UserRow): User => ({
  name,
  role,
  createdAt: new Date(created_at).toISOString(),
  ...(last_sign_in_at === null ? {} : { lastSignInAt: new Date(last_sign_in_at).toISOString() }),
})

export interface UsersOptions {
  readonly database: Database
  readonly changes: Changes
  readonly hasher: PasswordHasher
  /** Ms since 1970. */
  readonly nowMs: () => number
}

export const createUsers = ({ database, changes, hasher, nowMs }: UsersOptions): Users => {
  const find = (name: string): User | undefined => {
    const row = database.get<UserRow>(`SELECT ${columns} FROM users WHERE name = ?`, name)
    return row && userOf(row)
  }
  const get = (name: string): User => {
    const user = find(name)
    if (user === undefined) throw new AccountsError('unknown_user', `there is no user ${name}`)
    return user
  }
  const checkNew = (name: string): void => {
    if (reservedNames.includes(name))
      throw new AccountsError('reserved_name', `the name ${name} is reserved; take another`)
    if (find(name) !== undefined) throw new AccountsError('user_exists', `there is a user ${name} already`)
    const { count = 0 } = database.get<{ count: number }>('SELECT count(*) AS count FROM users') ?? {}
    if (count >= MAX_USERS)
      throw new AccountsError('too_many_users', `there are ${count} users, and no more are taken; remove one`)
  }
  // Those of a proxy's user have no account, so the foreign key does not end them.
  const endSessions = (name: string): void => void database.run('DELETE FROM sessions WHERE user = ?', name)
  const endProxySessions = (name: string): number =>
    database.run("DELETE FROM sessions WHERE user = ? AND account IS NULL AND signed_in_by = 'proxy'", name)

  /** A user whom another process added a moment ago must be known before they change: else it would not show that they do. */
  const notice = (): void => changes.poll()

  return {
    find,
    get,
    stampOf: (name) => database.get<{ stamp: string }>('SELECT stamp FROM users WHERE name = ?', name)?.stamp,
    checkNew,
    list: () => database.all<UserRow>(`SELECT ${columns} FROM users ORDER BY name`).map(userOf),
    add: async ({ name, role, password }, check) => {
      checkNew(name)
      const hashed = await hasher.hash(password)
      const user = database.transaction(() => {
        check?.()
        checkNew(name)
        database.run(
          'INSERT INTO users (name, role, password, stamp, created_at) VALUES (?, ?, ?, ?, ?)',
          name,
          role,
          hashed,
          randomSecret(128),
          nowMs(),
        )
        endSessions(name)
        return get(name)
      })
      changes.look()
      return user
    },
    change: async (name, { role, password }, check) => {
      get(name)
      const hashed = password === undefined ? undefined : await hasher.hash(password)
      notice()
      const user = database.transaction(() => {
        check?.()
        const before = get(name)
        const hasNewRole = role !== undefined && role !== before.role
        if (hasNewRole) database.run('UPDATE users SET role = ? WHERE name = ?', role, name)
        if (hashed !== undefined) database.run('UPDATE users SET password = ? WHERE name = ?', hashed, name)
        if (hasNewRole || hashed !== undefined) {
          database.run('UPDATE users SET stamp = ? WHERE name = ?', randomSecret(128), name)
          endSessions(name)
        }
        return get(name)
      })
      changes.look()
      return user
    },
    remove: (name, check) => {
      notice()
      const wasUser = database.transaction(() => {
        check?.()
        if (find(name) === undefined && endProxySessions(name) > 0) return false
        get(name)
        endSessions(name)
        database.run('DELETE FROM users WHERE name = ?', name)
        return true
      })
      changes.look()
      return wasUser
    },
  }
}
