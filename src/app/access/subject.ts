import type { Role, Who } from '../../api/session.ts'

/** Who sends a request, as far as the request proves it. Made by `authenticate`, used by `authorise`. */
export interface Subject {
  /** How it was proved, see `whoSchema`. */
  readonly by: Who['by']
  /** As the audit log names them: `anna`, `owner`, `token`, `uid 1000 (anna)`; empty when nothing was proved. */
  readonly name: string
  /** Undefined when the request may see nothing. */
  readonly role: Role | undefined
  /**
   * Whether the request carries a secret that neither another web page, nor another user of the machine, nor whoever holds
   * another of its ports has. Without it nothing may be changed.
   */
  readonly mayAct: boolean
  /** Of a session: its id, which is no secret. */
  readonly sessionId: string | undefined
  /** Of a password: what was the user's when it was right, and is another with each role or password, see `Users.stampOf`. */
  readonly stamp?: string | undefined
  /** Why signing in is needed, worded to follow "since"; undefined when there is a role. */
  readonly why: string | undefined
}
