import type { Role, Session, User } from '../../api/session.ts'

/** The user as whom a link signs in: an admin without a password, who is in no list of users. */
export const OWNER = 'owner'

/** Names that nobody can be given, because the audit log names others by them. */
export const reservedNames: readonly string[] = [OWNER, 'token']

/** How a session was signed in to. */
export type SignInBy = 'code' | 'password' | 'proxy'

/** Something that cannot be done with these accounts. The message says what, and what to do. */
export class AccountsError extends Error {
  override readonly name = 'AccountsError'
  readonly code:
    | 'user_exists'
    | 'unknown_user'
    | 'reserved_name'
    | 'too_many_users'
    | 'wrong_password'
    | 'session_ended'
    | 'busy'

  constructor(code: AccountsError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Checks once more, while no other process can write, whether whoever makes a change still may: that has to wait for hashing, and for
 * who writes. What it throws keeps everything as it is.
 */
export type LastCheck = () => void

/** Who can sign in with a password. */
export interface Users {
  /** By name. */
  list(): readonly User[]
  /** Undefined when there is none of that name, and for {@link OWNER}. */
  find(name: string): User | undefined
  /** @throws {AccountsError} `unknown_user` */
  get(name: string): User
  /** What is another with each role or password of a user; undefined when there is none of that name. */
  stampOf(name: string): string | undefined
  /** Whether a user of this name could be added. @throws {AccountsError} `user_exists`, `reserved_name`, `too_many_users` */
  checkNew(name: string): void
  /**
   * @param user name and password as the schema `newUserSchema` allows them
   * @throws {AccountsError} `user_exists`, `reserved_name`, `too_many_users`; `busy` when too many passwords are being hashed
   */
  add(
    user: { readonly name: string; readonly role: Role; readonly password: string },
    check?: LastCheck,
  ): Promise<User>
  /**
   * Changes what is given, and ends all sessions of the user when that is something new.
   *
   * @throws {AccountsError} `unknown_user`, `busy`
   */
  change(
    name: string,
    change: { readonly role?: Role; readonly password?: string },
    check?: LastCheck,
  ): Promise<User>
  /**
   * Also ends all sessions of the user. Of a name that only a proxy knows, it ends the sessions.
   *
   * @returns whether it was a user
   * @throws {AccountsError} `unknown_user` when it is neither
   */
  remove(name: string, check?: LastCheck): boolean
}

/** A person's attempt to sign in with a password. */
export interface PasswordAttempt {
  readonly name: string
  readonly password: string
  /**
   * What failures are counted for: `addressKey` of the client's address, of the client's behind a trusted proxy, with the
   * user id (`127.0.0.1 uid 1000`) where the kernel names it, so that no local user can lock out another.
   */
  readonly source: string
}

/**
 * What became of an attempt: `wrong` does not tell whether there is such a user. `limited` means that nothing was checked,
 * since too many attempts failed; `busy` that nothing was checked, since too many passwords are being hashed.
 */
export type PasswordAnswer =
  | {
      readonly user: User
      /** See {@link Users.stampOf}: the password was right while the user had this one. */
      readonly stamp: string
    }
  | { readonly refused: 'wrong' | 'busy' }
  | { readonly refused: 'limited'; readonly retryAfterSeconds: number }

/** A browser signs in. */
export interface NewSession {
  /** {@link OWNER}, a user, or with `proxy` also a name that only a trusted proxy vouches for. */
  readonly user: string
  readonly by: SignInBy
  /** With `password`: the stamp of {@link PasswordAnswer}. */
  readonly stamp?: string
  /** A session that ends as this one is opened, see {@link Codes.openedBy}. Without it this one is not opened either. */
  readonly replaces?: string
  /** The client's address. */
  readonly from: string
  /** Its `User-Agent`; what is too long is cut. */
  readonly agent: string
  /** Whether it signed in over TLS. */
  readonly secure: boolean
}

/** A session that was just opened. Cookie and secret are known to nobody else: only hashes of them are kept. */
export interface OpenedSession {
  /** Value of the cookie, 43 base64url characters. */
  readonly cookie: string
  /** Value of the header `Scope-Secret`, 43 base64url characters. */
  readonly secret: string
  readonly session: Omit<Session, 'current'>
}

/** Whose session it is. */
export interface FoundSession {
  readonly sessionId: string
  readonly user: string
  /** What the user's role is now; of somebody whom only a proxy knows, that of all such. */
  readonly role: Role
  readonly by: SignInBy
  /** Whether it was signed in to over TLS; its cookie should then be worth nothing without. */
  readonly secure: boolean
}

/** Browsers that are signed in: until they are idle for 7 days, at most for 30. */
export interface Sessions {
  /**
   * @throws {AccountsError} `unknown_user` when `user` is none, or was removed in the meantime; `wrong_password` when they have got
   * another role or password since theirs was checked; `session_ended` when that which it replaces has ended; `reserved_name`
   */
  open(session: NewSession): OpenedSession
  /** The session with this cookie and this secret; it counts as used just now. */
  find(cookie: string, secret: string): FoundSession | undefined
  /** The session with this id, of a ticket or an open socket; it counts as used just now. */
  get(sessionId: string): FoundSession | undefined
  /** Newest first; of one user, or of all. */
  list(user?: string): readonly Omit<Session, 'current'>[]
  /** @param user if given, a session of somebody else is left alone. @returns false when there is no such session */
  end(sessionId: string, user?: string): boolean
  /** Ends all sessions of a user. @returns how many */
  endAll(user: string): number
}

/** A use of a one-time code by a browser. */
export interface CodeUse {
  readonly code: string
  /** See `signInSchema`. Without it the browser cannot ask once more. */
  readonly idempotencyKey?: string
}

/** One-time codes, each of which signs in once as {@link OWNER}, within 10 minutes. */
export interface Codes {
  /** @returns 22 base64url characters (128 bits), of which only a hash is kept */
  make(): string
  /** @returns the user to sign in as, once */
  redeem(code: string): string | undefined
  /** Remembers for a minute, in memory, which session a code was used for, until that session is used. */
  opened(use: CodeUse, sessionId: string): void
  /**
   * @returns the session for which this code was used, with this idempotency key: nobody has used it, so its browser has not got
   * the answer, and may have another in its place
   */
  openedBy(use: CodeUse): string | undefined
}

/** Tickets, each of which opens one socket of a session, within 30 seconds. They are in memory only. */
export interface Tickets {
  /** @returns 22 base64url characters (128 bits) */
  issue(sessionId: string): string
  /** @returns the id of the session, once; undefined also when that has ended */
  redeem(ticket: string): string | undefined
}

/**
 * Users, sessions and one-time codes, in a database that app and command line share.
 *
 * All methods may throw a `StateError` that says in plain words why the database cannot be used.
 *
 * @example
 * const accounts = openAccounts({ directory: '/var/lib/scope/app', nowMs: Date.now, guard: faults.guardOf('accounts') })
 * const answer = await accounts.checkPassword({ name, password, source: addressKey(remoteAddress) })
 * if ('user' in answer) {
 *   const { user, stamp } = answer
 *   accounts.sessions.open({ user: user.name, by: 'password', stamp, from, agent, secure })
 * }
 */
export interface Accounts {
  readonly users: Users
  readonly sessions: Sessions
  readonly codes: Codes
  readonly tickets: Tickets
  /** Checks a password within the limits of failed attempts; for the sign-in form and for Basic authentication. */
  checkPassword(attempt: PasswordAttempt): Promise<PasswordAnswer>
  /**
   * Checks a password without limits. It takes equally long when there is no such user.
   *
   * @throws {AccountsError} `busy` when too many passwords are being hashed
   */
  verifyPassword(name: string, password: string): Promise<User | undefined>
  /**
   * Tells which sessions have ended: signed out, expired, or ended with their user, within 3 seconds also when another
   * process did it.
   *
   * @returns stops telling
   */
  onSessionsEnded(listener: (sessionIds: readonly string[]) => void): () => void
  /**
   * Tells which users were removed or got another role or password, for sockets that are open by Basic authentication or a
   * proxy's header.
   *
   * @returns stops telling
   */
  onUsersChanged(listener: (names: readonly string[]) => void): () => void
  close(): void
}
