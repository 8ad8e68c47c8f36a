import { type Codes, OWNER } from './accounts.ts'
import type { CodeUses } from './code-uses.ts'
import type { Database } from './database/database.ts'
import { hashOf, randomSecret } from './secrets.ts'

/** How long a code can be used. */
export const CODE_LIFETIME_MS = 10 * 60_000

/** One launch makes one for each address of the machine. With more, those that expire first go. */
const MAX_CODES = 200

/** A real code has 22 characters; what is much longer is not worth hashing. */
const MAX_LENGTH = 64

/** @param nowMs ms since 1970, by the clock of the machine, since several processes share the times */
export const createCodes = (
  database: Database,
  nowMs: () => number,
  { opened, openedBy }: Pick<CodeUses, 'opened' | 'openedBy'>,
): Codes => ({
  opened,
  openedBy,
  make: () => {
    const code = randomSecret(128)
    database.transaction(() => {
      database.run('DELETE FROM codes WHERE expires_at <= ?', nowMs())
      database.run(
        'DELETE FROM codes WHERE hash IN (SELECT hash FROM codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
        MAX_CODES - 1,
      )
      database.run(
        'INSERT INTO codes (hash, user, expires_at) VALUES (?, ?, ?)',
        hashOf(code),
        OWNER,
        nowMs() + CODE_LIFETIME_MS,
      )
    })
    return code
  },
  redeem: (code) => {
    if (code.length > MAX_LENGTH) return undefined
    const hash = hashOf(code)
    // Guesses only read, so that a flood of them keeps nobody from writing.
    if (database.get('SELECT 1 FROM codes WHERE hash = ?', hash) === undefined) return undefined
    const found = database.get<{ user: string; expires_at: number }>(
      'DELETE FROM codes WHERE hash = ? RETURNING user, expires_at',
      hash,
    )
    return found !== undefined && found.expires_at > nowMs() ? found.user : undefined
  },
})
