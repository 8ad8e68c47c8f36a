import { createHash, timingSafeEqual } from 'node:crypto'
import type { Faults } from '../../log/faults.ts'
import { StateError } from '../../state/state-dir.ts'
import type { Accounts, PasswordAttempt } from '../accounts/accounts.ts'
import type { Proof, Prove } from './authenticate.ts'
import type { AccessRules } from './rules.ts'

/** What {@link proveBy} needs. */
export interface ProveOptions {
  readonly accounts: Pick<Accounts, 'users' | 'sessions' | 'tickets' | 'checkPassword'>
  /** The bearer token of the state directory. */
  readonly token: string
  readonly rules: Pick<AccessRules, 'proxyRole'>
  readonly faults: Faults
}

/** Looks claims up in the accounts. Where these cannot be used, that is a fault, and claims prove nobody. */
export const proveBy = (options: ProveOptions): Prove => {
  const prove = prover(options)
  return async (claim, connection) => {
    try {
      return await prove(claim, connection)
    } catch (error) {
      if (!(error instanceof StateError)) throw error
      options.faults.happened('accounts', 'look up who asks', error)
      return { why: 'Scope cannot read its accounts at the moment' }
    }
  }
}

const prover =
  ({ accounts: { users, sessions, tickets, checkPassword }, token, rules }: ProveOptions): Prove =>
  (claim, { source }) => {
    switch (claim.kind) {
      case 'session':
        return proofBySession(claim.cookies, claim.secret)
      case 'ticket':
        return proofByTicket(claim.ticket)
      case 'token':
        return isSame(claim.token, token) ? { user: 'token', role: 'admin' } : { why: 'its token is wrong' }
      case 'password':
        return proofByPassword({ name: claim.name, password: claim.password, source })
      case 'proxy':
        return { user: claim.name, role: users.find(claim.name)?.role ?? rules.proxyRole }
    }

    function proofBySession(cookies: readonly string[], secret: string): Proof {
      for (const cookie of cookies) {
        const session = sessions.find(cookie, secret)
        if (session !== undefined) return session
      }
      return { why: 'its session has ended' }
    }

    async function proofByPassword(attempt: PasswordAttempt): Promise<Proof> {
      const answer = await checkPassword(attempt)
      return 'user' in answer
        ? { user: answer.user.name, role: answer.user.role, stamp: answer.stamp }
        : { why: whyRefused[answer.refused] }
    }

    function proofByTicket(ticket: string): Proof {
      const sessionId = tickets.redeem(ticket)
      const session = sessionId === undefined ? undefined : sessions.get(sessionId)
      return session ?? { why: 'its ticket was used already, is too old, or was never given' }
    }
  }

const whyRefused = {
  wrong: 'its name or password is wrong',
  limited: 'too many wrong passwords came before it',
  busy: 'too many passwords are being checked at once',
} as const

// timingSafeEqual needs equal lengths; comparing hashes also reveals nothing about the length of the token.
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
