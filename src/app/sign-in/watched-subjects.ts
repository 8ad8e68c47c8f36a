import type { Guard } from '../../log/faults.ts'
import type { Subject } from '../access/subject.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { ApiError } from '../http/api-error.ts'

/** How often it is looked whether subjects still are what they were. That marks their sessions as used, too. */
const LOOK_INTERVAL_MS = 60_000

interface Watched {
  readonly subject: Subject
  readonly lost: () => void
}

/** Finds out who may do no longer what they did: their session has ended, or their user is gone or another. */
export class WatchedSubjects {
  readonly #accounts: Pick<Accounts, 'sessions' | 'users'>
  readonly #watched = new Set<Watched>()
  readonly #stops: readonly (() => void)[]

  constructor(
    accounts: Pick<Accounts, 'sessions' | 'users' | 'onSessionsEnded' | 'onUsersChanged'>,
    guard: Guard,
  ) {
    this.#accounts = accounts
    const watcher = setInterval(
      () => guard('look whose sockets are open', () => this.#tell((subject) => !this.holds(subject))),
      LOOK_INTERVAL_MS,
    )
    this.#stops = [
      accounts.onSessionsEnded((ids) =>
        this.#tell(({ sessionId }) => sessionId !== undefined && ids.includes(sessionId)),
      ),
      accounts.onUsersChanged((names) =>
        this.#tell(({ by, name }) => (by === 'password' || by === 'proxy') && names.includes(name)),
      ),
      () => clearInterval(watcher),
    ]
  }

  /**
   * Watches a subject.
   *
   * @param lost called once, possibly at once
   * @returns stops watching
   * @throws when the database cannot be read; then it is not watched
   */
  watch(subject: Subject, lost: () => void): () => void {
    // It may have ended while that for which it is watched was being made.
    const isLost = !this.holds(subject)
    const watched = { subject, lost }
    this.#watched.add(watched)
    if (isLost) this.#lose(watched)
    return () => void this.#watched.delete(watched)
  }

  /** Whether a subject still is what it was when it was authenticated, by what the database holds now. */
  holds({ by, name, role, sessionId, stamp }: Subject): boolean {
    if (sessionId !== undefined) return this.#accounts.sessions.get(sessionId)?.role === role
    return by !== 'password' || (stamp !== undefined && this.#accounts.users.stampOf(name) === stamp)
  }

  /**
   * Checks {@link holds} right before something is done for a subject, where that had to wait since the request was let pass.
   *
   * @throws {ApiError} 401
   */
  mustHold(subject: Subject): void {
    if (!this.holds(subject)) throw new ApiError(401, 'unauthorized', `sign in again: ${whyLost(subject)}`)
  }

  /** Stops watching. */
  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #tell(concerns: (subject: Subject) => boolean): void {
    for (const watched of this.#watched) if (concerns(watched.subject)) this.#lose(watched)
  }

  #lose(watched: Watched): void {
    if (this.#watched.delete(watched)) watched.lost()
  }
}

/** Why a subject is no longer what it was, in words. */
export const whyLost = ({ name, sessionId }: Pick<Subject, 'name' | 'sessionId'>): string =>
  sessionId === undefined ? `the user ${name} was changed or removed` : `the session of ${name} has ended`
