import type { WebSocket } from 'ws'
import type { Guard } from '../../log/faults.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import type { Subject } from '../access/subject.ts'
import type { Accounts } from '../accounts/accounts.ts'

/** WebSocket close code for sockets whose subject may see no longer ("policy violation", RFC 6455). */
const POLICY_VIOLATION = 1008
/** How often it is looked whether subjects still are what they were. That marks their sessions as used, too. */
const LOOK_INTERVAL_MS = 60_000

/** Closes the sockets of those who may see no longer: their session has ended, or their user is gone or another. */
export class OpenSockets {
  readonly #accounts: Pick<Accounts, 'sessions' | 'users'>
  readonly #subjects = new Map<WebSocket, Subject>()
  readonly #stops: readonly (() => void)[]

  constructor(
    accounts: Pick<Accounts, 'sessions' | 'users' | 'onSessionsEnded' | 'onUsersChanged'>,
    guard: Guard,
  ) {
    this.#accounts = accounts
    const watcher = setInterval(
      () => guard('look whose sockets are open', () => this.#close((subject) => !this.#holds(subject))),
      LOOK_INTERVAL_MS,
    )
    this.#stops = [
      accounts.onSessionsEnded((ids) =>
        this.#close(({ sessionId }) => sessionId !== undefined && ids.includes(sessionId)),
      ),
      accounts.onUsersChanged((names) =>
        this.#close(({ by, name }) => (by === 'password' || by === 'proxy') && names.includes(name)),
      ),
      () => clearInterval(watcher),
    ]
  }

  /** Watches over a socket until it is closed. */
  watch(socket: WebSocket, subject: Subject): void {
    this.#subjects.set(socket, subject)
    socket.on('close', () => this.#subjects.delete(socket))
    // It may have ended while the socket was being opened.
    if (!this.#holds(subject)) this.#end(socket)
  }

  /** Stops watching. */
  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #holds({ by, name, role, sessionId }: Subject): boolean {
    if (sessionId !== undefined) return this.#accounts.sessions.get(sessionId)?.role === role
    return by !== 'password' || this.#accounts.users.find(name)?.role === role
  }

  #close(concerns: (subject: Subject) => boolean): void {
    for (const [socket, subject] of this.#subjects) if (concerns(subject)) this.#end(socket)
  }

  #end(socket: WebSocket): void {
    void closeSocket(socket, POLICY_VIOLATION, 'the session has ended; sign in again')
  }
}
