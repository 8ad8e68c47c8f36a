import { createTokenBucket } from '../../pacing/token-bucket.ts'

/** Burst and rate of reports that leave because something changed. */
const BURST = 5
const PER_SECOND = 2

export interface ScheduleOptions {
  /** How often a report leaves when nothing changes. */
  readonly intervalMs: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/** Decides when the next report leaves: at every interval, and sooner when something changed. Holds no timer. */
export interface Schedule {
  /** Something appeared or went. However often it is called, one report tells of it all. */
  changed(): void
  /** Milliseconds until a report is due; 0 = now. */
  waitMs(): number
  /** A report is being made now: it tells of all changes so far. */
  begin(): void
  /** The last report did not arrive: the next one leaves after so long, and none before. */
  retryAfter(ms: number): void
}

export const createSchedule = ({ intervalMs, nowMs }: ScheduleOptions): Schedule => {
  const bucket = createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs })
  let dirty = false
  let dueMs = nowMs()
  let pausedUntilMs = Number.NEGATIVE_INFINITY

  const untilRegular = (): number => Math.max(0, dueMs - nowMs())

  return {
    changed() {
      dirty = true
    },
    waitMs() {
      const soonest = dirty ? Math.min(bucket.waitMs(), untilRegular()) : untilRegular()
      return Math.max(soonest, pausedUntilMs - nowMs())
    },
    begin() {
      // the regular report takes no token: it would have left anyway
      if (dirty && untilRegular() > 0) bucket.take()
      dirty = false
      dueMs = nowMs() + intervalMs
    },
    retryAfter(ms) {
      pausedUntilMs = nowMs() + ms
      dueMs = pausedUntilMs
    },
  }
}
