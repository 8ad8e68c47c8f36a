import { closeSync, constants, lstatSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { errorCode } from '../../../log/error-code.ts'
import { StateError } from '../../../state/state-dir.ts'
import { damaged, explained } from './database-error.ts'
import { migrations } from './schema.ts'

export interface DatabaseOptions {
  /** How long a statement waits for another process that writes. This process does nothing else meanwhile. */
  readonly busyTimeoutMs: number
  /** See {@link migrations}. */
  readonly steps?: readonly string[]
}

/**
 * An SQLite database. Values of rows are as their columns are declared: `number`, `string`, `Uint8Array` or `null`.
 *
 * All methods throw a `StateError` in plain words when the file cannot be used.
 */
export class Database {
  readonly path: string
  readonly #options: DatabaseOptions
  readonly #steps: readonly string[]
  readonly #statements = new Map<string, StatementSync>()
  #sqlite: DatabaseSync
  #inode: number

  /**
   * Opens the database, making it (mode 0600) and bringing it to the newest schema where necessary.
   *
   * @param path in a directory that nobody else may write to
   * @throws {StateError} also when others may read it, or when a newer Scope has written it
   */
  constructor(path: string, options: DatabaseOptions) {
    this.path = path
    this.#options = options
    this.#steps = options.steps ?? migrations
    this.#inode = makeFile(path)
    this.#sqlite = this.#open()
  }

  #open(): DatabaseSync {
    const { busyTimeoutMs: timeout } = this.#options
    const opened = this.#explaining(
      () => new DatabaseSync(this.path, { timeout, enableForeignKeyConstraints: true }),
    )
    this.#sqlite = opened
    try {
      this.#explaining(() => this.#prepareFile())
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  }

  /**
   * Opens the file anew if it is not the one that was opened: somebody has removed it, or put another in its place. What
   * this process had in the old one is gone.
   *
   * @returns whether that was so
   */
  reopenIfReplaced(): boolean {
    if (lstatSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode && this.#sqlite.isOpen)
      return false
    this.close()
    this.#inode = makeFile(this.path)
    this.#open()
    return true
  }

  /** The first row, if there is any. The caller names the type of the rows that its statement gives. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#explaining(() => this.#statement(sql).get(...values) as Row | undefined)
  }

  /** All rows. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#explaining(() => this.#statement(sql).all(...values) as Row[])
  }

  /** @returns the number of rows that were changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#explaining(() => Number(this.#statement(sql).run(...values).changes))
  }

  /** Runs `work`, whose changes are all made or, when it throws, none. No other process writes meanwhile. */
  transaction<Result>(work: () => Result): Result {
    this.#explaining(() => this.#sqlite.exec('BEGIN IMMEDIATE'))
    try {
      const result = work()
      this.#explaining(() => this.#sqlite.exec('COMMIT'))
      return result
    } catch (error) {
      // Some errors, such as a full disk, have rolled it back already.
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK')
      throw error
    }
  }

  /** A number that is another one after another process has changed the database. */
  get version(): number {
    return this.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0
  }

  close(): void {
    this.#statements.clear()
    if (this.#sqlite.isOpen) this.#sqlite.close()
  }

  #prepareFile(): void {
    const { path } = this
    // Also the first that reads the file.
    const [problem] = this.all<{ quick_check: string }>('PRAGMA quick_check(1)')
    if (problem !== undefined && problem.quick_check !== 'ok') throw damaged(path, problem.quick_check)
    this.#sqlite.exec('PRAGMA journal_mode = WAL')
    // In WAL mode the default would lose what was last written when the power fails: a removed user would be back.
    this.#sqlite.exec('PRAGMA synchronous = FULL')
    if (this.#schemaVersion() !== this.#steps.length) this.transaction(() => this.#migrate())
  }

  #schemaVersion(): number {
    return this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
  }

  #migrate(): void {
    const taken = this.#schemaVersion()
    if (taken > this.#steps.length)
      throw new StateError(
        `${this.path} (users and sessions) was written by a newer Scope (schema ${taken}, this one knows ${this.#steps.length}); run that, or move the file away.`,
      )
    for (const step of this.#steps.slice(taken)) this.#sqlite.exec(step)
    this.#sqlite.exec(`PRAGMA user_version = ${this.#steps.length}`)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#sqlite.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #explaining<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw explained(this.path, error)
    }
  }
}

// SQLite would make the file readable by everybody. Its WAL and shared memory get the mode of this file. A file that is
// there is not opened, since closing it would release the locks that this process holds on it (fcntl(2)).
const makeFile = (path: string): number => {
  const { O_RDWR, O_CREAT, O_EXCL } = constants
  try {
    closeSync(openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600))
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST')
      throw new StateError(
        `cannot make ${path} (users and sessions): ${(cause as Error).message}. Its directory must belong to the user whom the app runs as.`,
        { cause },
      )
  }
  const found = lstatSync(path)
  if (!found.isFile()) throw new StateError(`${path} (users and sessions) is no file; move it away.`)
  if ((found.mode & 0o077) !== 0)
    throw new StateError(`other users may read ${path} (users and sessions); run "chmod 600 ${path}".`)
  return found.ino
}
