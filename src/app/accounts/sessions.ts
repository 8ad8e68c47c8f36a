import { timingSafeEqual } from 'node:crypto'
import type { Role, Session } from '../../api/session.ts'
import {
  AccountsError,
  type FoundSession,
  type NewSession,
  type OpenedSession,
  OWNER,
  reservedNames,
  type Sessions,
  type SignInBy,
} from './accounts.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database/database.ts'
import { hashOf, randomSecret } from './secrets.ts'

/** A session ends when nothing of it was seen for so long, */
export const SESSION_IDLE_MS = 7 * 86_400_000
/** and so long after it was opened in any case. */
export const SESSION_LIFETIME_MS = 30 * 86_400_000

/** With more sessions, those that were not seen for longest end. */
const MAX_OF_USER = 50
const MAX_SESSIONS = 5000

const MAX_AGENT_LENGTH = 256
const MAX_ADDRESS_LENGTH = 64
/** Real cookies and secrets have 43 characters; what is much longer is not worth hashing. */
const MAX_SECRET_LENGTH = 128

interface SessionRow {
  readonly id: string
  readonly secret_hash: Uint8Array
  readonly user: string
  readonly account: string | null
  readonly role: Role
  readonly signed_in_by: SignInBy
  readonly created_at: number
  readonly last_seen_at: number
  readonly from_address: string
  readonly agent: string
  readonly secure: number
}

const select = `
  SELECT id, secret_hash, user, account, coalesce(users.role, sessions.role) AS role, signed_in_by,
    sessions.created_at, last_seen_at, from_address, agent, secure
  FROM sessions LEFT JOIN users ON users.name = account`

/** {@link Sessions} that are kept up by somebody. */
export interface KeptSessions extends Sessions {
  /** Writes down when sessions were last seen; once a minute. */
  writeLastSeen(): void
  /** Deletes what has expired. */
  deleteExpired(): void
}

export interface SessionsOptions {
  readonly database: Database
  readonly changes: Changes
  /** Ms since 1970, by the clock of the machine, since sessions outlive the process. */
  readonly nowMs: () => number
  /** See `AccountsOptions`. */
  readonly proxyRole: Role | undefined
  /** Told of each use of a session by its cookie and its secret. */
  readonly onUsed: (sessionId: string) => void
}

export const createSessions = ({
  database,
  changes,
  nowMs,
  proxyRole,
  onUsed,
}: SessionsOptions): KeptSessions => {
  /** When sessions were seen since that was last written down. */
  const seenAtMs = new Map<string, number>()

  const lastSeenOf = ({ id, last_seen_at }: SessionRow): number =>
    Math.max(last_seen_at, seenAtMs.get(id) ?? 0)
  const expiresAtOf = (row: SessionRow): number =>
    Math.min(row.created_at + SESSION_LIFETIME_MS, lastSeenOf(row) + SESSION_IDLE_MS)
  const isLive = (row: SessionRow): boolean => expiresAtOf(row) > nowMs()

  // The role that is stored of somebody whom only a proxy knows is that of the day on which they signed in.
  const roleOf = ({ account, signed_in_by, role }: SessionRow): Role | undefined =>
    account === null && signed_in_by === 'proxy' ? proxyRole : role

  const seen = (row: SessionRow | undefined): FoundSession | undefined => {
    if (row === undefined || !isLive(row)) return undefined
    const role = roleOf(row)
    if (role === undefined) return undefined
    seenAtMs.set(row.id, nowMs())
    const { id: sessionId, user, signed_in_by: by, secure } = row
    return { sessionId, user, role, by, secure: secure === 1 }
  }

  const described = (row: SessionRow): Omit<Session, 'current'> => ({
    id: row.id,
    user: row.user,
    createdAt: isoOf(row.created_at),
    lastSeenAt: isoOf(lastSeenOf(row)),
    expiresAt: isoOf(expiresAtOf(row)),
    from: row.from_address,
    agent: row.agent,
  })

  const byId = (id: string): SessionRow | undefined =>
    database.get<SessionRow>(`${select} WHERE sessions.id = ?`, id)

  const makeRoom = (user: string): void => {
    const unlessOneOfTheNewest = 'ORDER BY last_seen_at DESC LIMIT -1 OFFSET ?'
    database.run(
      `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user = ? ${unlessOneOfTheNewest})`,
      user,
      MAX_OF_USER - 1,
    )
    database.run(
      `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions ${unlessOneOfTheNewest})`,
      MAX_SESSIONS - 1,
    )
  }

  const writeLastSeen = (): void => {
    if (seenAtMs.size === 0) return
    database.transaction(() => {
      for (const [id, atMs] of seenAtMs)
        database.run('UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?', atMs, id)
    })
    seenAtMs.clear()
  }

  const endReplaced = (id: string): void => {
    if (database.run('DELETE FROM sessions WHERE id = ?', id) === 0)
      throw new AccountsError('session_ended', 'the session has ended already; sign in again')
  }

  const end = (sql: string, ...values: readonly string[]): number => {
    const count = database.run(`DELETE FROM sessions WHERE ${sql}`, ...values)
    if (count > 0) changes.look()
    return count
  }

  return {
    open: (session) => {
      const [id, cookie, secret] = [randomSecret(128), randomSecret(256), randomSecret(256)]
      writeLastSeen()
      const opened = database.transaction(() => {
        const { account, role } = holderOf(session, database, proxyRole)
        if (session.replaces !== undefined) endReplaced(session.replaces)
        makeRoom(session.user)
        database.run(
          `INSERT INTO sessions (id, cookie_hash, secret_hash, user, account, role, signed_in_by,
             created_at, last_seen_at, from_address, agent, secure)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11)`,
          id,
          hashOf(cookie),
          hashOf(secret),
          session.user,
          account,
          role,
          session.by,
          nowMs(),
          session.from.slice(0, MAX_ADDRESS_LENGTH),
          printable(session.agent).slice(0, MAX_AGENT_LENGTH),
          session.secure ? 1 : 0,
        )
        return byId(id)
      })
      changes.look()
      if (opened === undefined) throw new Error('the session that was just written is not there')
      return { cookie, secret, session: described(opened) } satisfies OpenedSession
    },
    find: (cookie, secret) => {
      if (cookie.length > MAX_SECRET_LENGTH || secret.length > MAX_SECRET_LENGTH) return undefined
      const row = database.get<SessionRow>(`${select} WHERE cookie_hash = ?`, hashOf(cookie))
      const found =
        row !== undefined && timingSafeEqual(row.secret_hash, hashOf(secret)) ? seen(row) : undefined
      if (found !== undefined) onUsed(found.sessionId)
      return found
    },
    get: (sessionId) => seen(byId(sessionId)),
    list: (user) =>
      database
        .all<SessionRow>(
          `${select} WHERE ?1 IS NULL OR user = ?1 ORDER BY sessions.created_at DESC`,
          user ?? null,
        )
        .filter(isLive)
        .map(described),
    end: (sessionId, user) =>
      user === undefined ? end('id = ?', sessionId) > 0 : end('id = ? AND user = ?', sessionId, user) > 0,
    endAll: (user) => end('user = ?', user),
    writeLastSeen,
    deleteExpired: () => {
      const [oldestUse, oldestStart] = [nowMs() - SESSION_IDLE_MS, nowMs() - SESSION_LIFETIME_MS]
      const expired = 'last_seen_at <= ? OR created_at <= ?'
      if (database.run(`DELETE FROM sessions WHERE ${expired}`, oldestUse, oldestStart) > 0) changes.look()
    },
  }
}

/** Whom a session belongs to: a user of the table, or a role of its own. */
const holderOf = (
  { user, by, stamp }: NewSession,
  database: Database,
  proxyRole: Role | undefined,
): { readonly account: string | null; readonly role: Role | null } => {
  if (by === 'code' && user === OWNER) return { account: null, role: 'admin' }
  if (reservedNames.includes(user))
    throw new AccountsError('reserved_name', `nobody can sign in as ${user} in this way`)
  const found = database.get<{ stamp: string }>('SELECT stamp FROM users WHERE name = ?', user)
  if (found !== undefined) {
    // Whoever changed the user has ended their sessions already, and would not end this one.
    if (stamp !== undefined && found.stamp !== stamp)
      throw new AccountsError('wrong_password', 'the name or the password is wrong')
    return { account: user, role: null }
  }
  if (by !== 'proxy' || proxyRole === undefined)
    throw new AccountsError('unknown_user', `there is no user ${user}`)
  return { account: null, role: proxyRole }
}

const isoOf = (ms: number): string => new Date(ms).toISOString()

const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
