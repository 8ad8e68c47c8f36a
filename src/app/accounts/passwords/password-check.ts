import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { passwordLength, type User, userNameSchema } from '../../../api/session.ts'
import { AccountsError, type PasswordAnswer, type PasswordAttempt, type Users } from '../accounts.ts'
import type { Database } from '../database/database.ts'
import type { SignInLimits } from '../sign-in-limits.ts'
import { FamiliarSources } from './familiar-sources.ts'
import type { PasswordHasher } from './hasher.ts'

/** A script that sends its password with each request has it hashed this often. */
const REMEMBERED_MS = 5 * 60_000
const MAX_REMEMBERED = 200

interface Stored {
  readonly password: string
  readonly stamp: string
}

/** A user whose password was right, and the stamp that they had then. */
type Right = Extract<PasswordAnswer, { readonly user: User }>

export interface PasswordCheckOptions {
  readonly database: Database
  readonly users: Users
  readonly hasher: PasswordHasher
  readonly limits: SignInLimits
  /** Ms since 1970. */
  readonly nowMs: () => number
}

/** Checks passwords of users. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions
  readonly #familiar: FamiliarSources
  /** Another in each process, since what is hashed fast must be of no use elsewhere. */
  readonly #key = randomBytes(32)
  /** Stamps of users by keyed hashes of passwords that were right. */
  readonly #remembered = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS })
  readonly #underWay = new Map<string, Promise<PasswordAnswer>>()

  constructor(options: PasswordCheckOptions) {
    this.#options = options
    this.#familiar = new FamiliarSources(options.database, options.nowMs)
  }

  /** See `Accounts.verifyPassword`. */
  async verify(name: string, password: string): Promise<User | undefined> {
    return (await this.#verify(name, password))?.user
  }

  async #verify(name: string, password: string): Promise<Right | undefined> {
    const { database, users, hasher } = this.#options
    if (password.length > passwordLength.max) return undefined
    const before = this.#stored(name)
    const { isRight, rehashed } = await hasher.check(password, before?.password)
    if (!isRight || before === undefined) return undefined
    if (rehashed !== undefined)
      database.run(
        'UPDATE users SET password = ? WHERE name = ? AND password = ?',
        rehashed,
        name,
        before.password,
      )
    const user = users.find(name)
    // Meanwhile the user may have been removed, or have got another password.
    if (user === undefined || users.stampOf(name) !== before.stamp) return undefined
    return { user, stamp: before.stamp }
  }

  /** See `Accounts.checkPassword`. */
  check({ name, password, source }: PasswordAttempt): Promise<PasswordAnswer> {
    // Several requests of one script with the same password are one attempt.
    const key = this.#keyed(name, password, source)
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return underWay
    const answer = this.#check({ name, password, source }).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, answer)
    return answer
  }

  async #check({ name, password, source }: PasswordAttempt): Promise<PasswordAnswer> {
    const { users, limits } = this.#options
    // Of names that no user can have no count is kept.
    const account = userNameSchema.safeParse(name).success ? name : ''
    const attempt = { account, source, isFamiliar: this.#familiar.has(account, source) }
    const limited = await limits.refuses(attempt)
    // Before what is remembered: else a right guess would show even to those who may not guess any more.
    if (limited !== undefined) return { refused: 'limited', ...limited }
    const remembered = this.#remembered.get(this.#keyed(name, password))
    if (remembered !== undefined && remembered === users.stampOf(name)) {
      const user = users.find(name)
      if (user !== undefined) return { user, stamp: remembered }
    }
    const counted = await limits.count(attempt)
    if ('retryAfterSeconds' in counted) return { refused: 'limited', ...counted }
    let right: Right | undefined
    try {
      right = await this.#verify(account, password)
    } catch (error) {
      await counted.wasNotMade()
      if (error instanceof AccountsError && error.code === 'busy') return { refused: 'busy' }
      throw error
    }
    if (right === undefined) return { refused: 'wrong' }
    await counted.succeeded()
    return this.#noteSignIn(right, password, source) ? right : { refused: 'wrong' }
  }

  /**
   * Notes a sign-in, which waits for whoever writes to the database.
   *
   * @returns false when the password is right no longer, since another process has changed the user
   */
  #noteSignIn({ user: { name }, stamp }: Right, password: string, source: string): boolean {
    const { database, nowMs } = this.#options
    const sql = 'UPDATE users SET last_sign_in_at = ? WHERE name = ? AND stamp = ?'
    if (database.run(sql, nowMs(), name, stamp) === 0) return false
    this.#familiar.add(name, source)
    this.#remembered.set(this.#keyed(name, password), stamp)
    return true
  }

  #stored(name: string): Stored | undefined {
    return this.#options.database.get<Stored>('SELECT password, stamp FROM users WHERE name = ?', name)
  }

  #keyed(...texts: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(texts)).digest('base64')
  }
}
