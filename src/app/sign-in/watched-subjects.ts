import type { Guard } from '../../log/faults.ts'
import type { Subject } from '../access/subject.ts'
import type { Accounts } from '../accounts/accounts.ts'

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
      () => guard('look whose sockets are open', () => this.#tell((subject) => !this.#holds(subject))),
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
   */
  watch(subject: Subject, lost: () => void): () => void {
    const watched = { subject, lost }
    this.#watched.add(watched)
    // It may have ended while that for which it is watched was being made.
    if (!this.#holds(subject)) this.#lose(watched)
    return () => void this.#watched.delete(watched)
  }

  /** Stops watching. */
  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #holds({ by, name, role, sessionId, stamp }: Subject): boolean {
    if (sessionId !== undefined) return this.#accounts.sessions.get(sessionId)?.role === role
    return by !== 'password' || (stamp !== undefined && this.#accounts.users.stampOf(name) === stamp)
  }

  #tell(concerns: (subject: Subject) => boolean): void {
    for (const watched of this.#watched) if (concerns(watched.subject)) this.#lose(watched)
  }

  #lose(watched: Watched): void {
    if (this.#watched.delete(watched)) watched.lost()
  }
}
