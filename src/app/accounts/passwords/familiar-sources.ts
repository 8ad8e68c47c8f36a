import type { Database } from '../database/database.ts'

const MAX_OF_ACCOUNT = 50
const FORGOTTEN_AFTER_MS = 90 * 86_400_000
/** A source that signs in all the time is written down this often. */
const WRITTEN_EVERY_MS = 86_400_000

/** Which sources have signed in to which account with its password. */
export class FamiliarSources {
  readonly #database: Database
  readonly #nowMs: () => number

  constructor(database: Database, nowMs: () => number) {
    this.#database = database
    this.#nowMs = nowMs
  }

  has(account: string, source: string): boolean {
    return this.#seenAtMs(account, source) > this.#nowMs() - FORGOTTEN_AFTER_MS
  }

  /** Does nothing when there is no such account any more. */
  add(account: string, source: string): void {
    const now = this.#nowMs()
    if (this.#seenAtMs(account, source) > now - WRITTEN_EVERY_MS) return
    const database = this.#database
    database.transaction(() => {
      database.run(
        'INSERT OR REPLACE INTO familiar_sources (account, source, seen_at) SELECT name, ?, ? FROM users WHERE name = ?',
        source,
        now,
        account,
      )
      database.run(
        `DELETE FROM familiar_sources WHERE account = ?1 AND source NOT IN
           (SELECT source FROM familiar_sources WHERE account = ?1 ORDER BY seen_at DESC LIMIT ?2)`,
        account,
        MAX_OF_ACCOUNT,
      )
    })
  }

  #seenAtMs(account: string, source: string): number {
    const sql = 'SELECT seen_at FROM familiar_sources WHERE account = ? AND source = ?'
    return this.#database.get<{ seen_at: number }>(sql, account, source)?.seen_at ?? Number.NEGATIVE_INFINITY
  }
}
