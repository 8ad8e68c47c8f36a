import type { AuditEntry } from '../../api/types.ts'
import type { AuditLog, AuditRecord } from '../../audit/audit-log.ts'
import { Repeats } from '../../audit/folding/repeats.ts'
import type { Guard } from '../../log/faults.ts'
import { createDueTimer } from '../../pacing/due-timer.ts'
import type { EventDraft } from '../../topology/events/draft.ts'
import { isRefusedSignIn, wordsOf } from './event-words.ts'

/** What {@link tellingEvents} needs. */
export interface AuditEventsOptions {
  readonly tell: (event: EventDraft) => void
  readonly guard: Guard
  /** Monotonic, in ms since 1970. */
  readonly nowMs: () => number
}

/** Different events whose repetitions are folded, at a time. */
const MAX_FOLDED = 100
const REFUSED_SIGN_INS = ''

/**
 * An audit log whose sign-ins, bursts of refused sign-ins and changes of users also become events ({@link wordsOf}). What
 * repeats is told at once, and then together, at ever longer intervals, so that it does not push other events out.
 */
export const tellingEvents = (audit: AuditLog, { tell, guard, nowMs }: AuditEventsOptions): AuditLog => {
  const repeats = new Repeats(MAX_FOLDED)

  const tellOf = (entry: AuditEntry, count: number): void => {
    const words = wordsOf(entry, count)
    if (words !== undefined)
      tell({ ...words, atMs: Date.parse(entry.at), nodes: [], ...(count < 2 ? {} : { count }) })
  }
  const note = (entry: AuditEntry): void => {
    const isRefused = isRefusedSignIn(entry)
    const key = isRefused ? REFUSED_SIGN_INS : wordsOf(entry, 1)?.text
    if (key === undefined || repeats.repeat(key, entry)) return
    if (!isRefused) tellOf(entry, 1)
    if (repeats.hasRoom) repeats.begin(key, entry, nowMs(), isRefused ? 1 : 0)
  }
  const timer = createDueTimer({
    nextDueMs: () => repeats.nextDueMs,
    due: () => {
      for (const { latest, count } of repeats.due(nowMs())) tellOf(latest, count)
    },
    guarded: (job) => guard('tell of what repeats', job),
    nowMs,
  })

  return {
    record(given: AuditRecord) {
      audit.record(given)
      note({ at: new Date(nowMs()).toISOString(), ...given })
      timer.look()
    },
    newest: (limit) => audit.newest(limit),
    stop() {
      timer.stop()
      return audit.stop()
    },
  }
}
