import type { AuditDocument } from '../../src/api/audit.ts'
import type { NewUser, Session, SignedIn, SignIn, User, UserChange, Who } from '../../src/api/session.ts'
import { ask, send } from './client.ts'

/** Who the app takes this browser for. */
export function fetchWho(): Promise<Who> {
  return ask('/api/session', {})
}

/** Signs in. The session's cookie is set by the answer. */
export function signIn(body: SignIn): Promise<SignedIn> {
  return send('post', '/api/session', { body })
}

/** Ends this browser's session. @param onRepeat see `SendOptions` */
export async function signOut(onRepeat: () => void): Promise<void> {
  await send('delete', '/api/session', {}, { onRepeat })
}

/** Ends all sessions of the user, this browser's included. @param onRepeat see `SendOptions` */
export async function signOutEverywhere(onRepeat: () => void): Promise<void> {
  await send('delete', '/api/sessions', {}, { onRepeat })
}

/** The sessions of the user. */
export function fetchSessions(): Promise<readonly Session[]> {
  return ask('/api/sessions', {})
}

/** Ends one session of the user. */
export async function endSession(id: string): Promise<void> {
  await send('delete', '/api/sessions/{id}', { path: { id } })
}

/** Everybody who can sign in with a password. */
export function fetchUsers(): Promise<readonly User[]> {
  return ask('/api/users', {})
}

/** Adds a user. */
export async function addUser(body: NewUser): Promise<void> {
  await send('post', '/api/users', { body })
}

/** Changes the role or the password of a user. */
export async function changeUser(name: string, body: UserChange): Promise<void> {
  await send('post', '/api/users/{name}', { path: { name }, body })
}

/** Removes a user. */
export async function removeUser(name: string): Promise<void> {
  await send('delete', '/api/users/{name}', { path: { name } })
}

/** The newest entries of the audit log. @param limit how many, at most */
export function fetchAudit(limit: number): Promise<AuditDocument> {
  return ask('/api/audit', { query: { limit } })
}
