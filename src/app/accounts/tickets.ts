import type { Tickets } from './accounts.ts'
import { randomSecret } from './secrets.ts'

/** How long a ticket can be used. */
export const TICKET_LIFETIME_MS = 30_000

/** Unused tickets of one session, and of all. With more, the oldest go. */
const MAX_OF_SESSION = 64
const MAX_TICKETS = 10_000

interface Issued {
  readonly sessionId: string
  readonly expiresAtMs: number
}

/** {@link Tickets} whose sessions can end. */
export interface EndingTickets extends Tickets {
  /** The tickets of these sessions are worth nothing any more. */
  sessionsEnded(sessionIds: readonly string[]): void
}

/** @param nowMs a monotonic clock */
export const createTickets = (nowMs: () => number): EndingTickets => {
  // Both in the order in which tickets were issued, and so in which they expire.
  const issued = new Map<string, Issued>()
  const bySession = new Map<string, Set<string>>()

  const remove = (ticket: string): Issued | undefined => {
    const found = issued.get(ticket)
    if (found === undefined) return undefined
    issued.delete(ticket)
    const own = bySession.get(found.sessionId)
    own?.delete(ticket)
    if (own?.size === 0) bySession.delete(found.sessionId)
    return found
  }

  const forgetExpired = (): void => {
    for (const [ticket, { expiresAtMs }] of issued) {
      if (expiresAtMs > nowMs()) return
      remove(ticket)
    }
  }

  const add = (ticket: string, sessionId: string): void => {
    issued.set(ticket, { sessionId, expiresAtMs: nowMs() + TICKET_LIFETIME_MS })
    const own = bySession.get(sessionId) ?? new Set()
    bySession.set(sessionId, own.add(ticket))
  }

  return {
    issue: (sessionId) => {
      forgetExpired()
      const own = bySession.get(sessionId)
      const full = own !== undefined && own.size >= MAX_OF_SESSION ? own : issued
      const [oldest] = full === own || issued.size >= MAX_TICKETS ? full.keys() : []
      if (oldest !== undefined) remove(oldest)
      const ticket = randomSecret(128)
      add(ticket, sessionId)
      return ticket
    },
    redeem: (ticket) => {
      const found = remove(ticket)
      return found !== undefined && found.expiresAtMs > nowMs() ? found.sessionId : undefined
    },
    sessionsEnded: (sessionIds) => {
      for (const sessionId of sessionIds) for (const ticket of bySession.get(sessionId) ?? []) remove(ticket)
    },
  }
}
