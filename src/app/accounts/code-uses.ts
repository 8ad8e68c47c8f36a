import type { CodeUse } from './accounts.ts'
import { hashOf } from './secrets.ts'

/** How long after a code was used its browser may ask once more for the session. */
export const CODE_REPEAT_MS = 60_000

/** No more codes than that can be used within this time, unless somebody makes them just for that. */
const MAX_USES = 200

interface Opened {
  /** Hash of code and idempotency key. */
  readonly use: string
  readonly untilMs: number
}

/**
 * Which unused sessions were opened by which uses of codes, within the last minute: their answer may have been lost on its way.
 * That is in memory only, so a code that was used before the app was started again is simply used.
 */
export interface CodeUses {
  /** See `Codes.opened`. */
  opened(use: CodeUse, sessionId: string): void
  /** See `Codes.openedBy`. */
  openedBy(use: CodeUse): string | undefined
  /** A session was used, so its browser has got the answer: nobody else gets one by that code. */
  sessionUsed(sessionId: string): void
}

/** @param nowMs a monotonic clock */
export const createCodeUses = (nowMs: () => number): CodeUses => {
  /** By the id of the session, oldest first. */
  const kept = new Map<string, Opened>()

  const find = (use: string): [sessionId: string, opened: Opened] | undefined =>
    [...kept].find(([, opened]) => opened.use === use && opened.untilMs > nowMs())

  return {
    opened: (given, sessionId) => {
      const use = hashOfUse(given)
      if (use === undefined) return
      const [before, first] = find(use) ?? []
      if (before !== undefined) kept.delete(before)
      for (const [id, { untilMs }] of kept) if (untilMs <= nowMs() || kept.size >= MAX_USES) kept.delete(id)
      // A repetition does not prolong the time.
      kept.set(sessionId, { use, untilMs: first?.untilMs ?? nowMs() + CODE_REPEAT_MS })
    },
    openedBy: (given) => {
      const use = kept.size === 0 ? undefined : hashOfUse(given)
      return use === undefined ? undefined : find(use)?.[0]
    },
    sessionUsed: (sessionId) => void kept.delete(sessionId),
  }
}

const hashOfUse = ({ code, idempotencyKey }: CodeUse): string | undefined =>
  idempotencyKey === undefined ? undefined : hashOf(JSON.stringify([code, idempotencyKey])).toString('base64')
