import { createTokenBucket } from '../../pacing/token-bucket.ts'

/** Burst and rate of beats because something changed. */
const BURST = 5
const PER_SECOND = 2

export interface ScheduleOptions {
  /** Interval of reports while nothing changes. */
  readonly intervalMs: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/**
 * Decides when the next report is due: at each interval, and sooner when something changed. It sets no timer itself.
 */
export interface Schedule {
  /** Call when an entity appeared or disappeared. Any number of calls leads to one report. */
  changed(): void
  /** Milliseconds until a report is due; 0 = now. */
  waitMs(): number
  /** Call when a report is made: it contains all changes so far. @returns whether there were any since the last call */
  begin(): boolean
}

export const createSchedule = ({ intervalMs, nowMs }: ScheduleOptions): Schedule => {
  const bucket = createTokenBucket({ capacity: BURST, perSecond: PER_SECOND, nowMs })
  let dirty = false
  let dueMs = nowMs()

  const untilRegular = (): number => Math.max(0, dueMs - nowMs())

  return {
    changed() {
      dirty = true
    },
    waitMs() {
      return dirty ? Math.min(bucket.waitMs(), untilRegular()) : untilRegular()
    },
    begin() {
      // The regular report takes no token, since it was due anyway.
      if (dirty && untilRegular() > 0) bucket.take()
      const hasChanged = dirty
      dirty = false
      dueMs = nowMs() + intervalMs
      return hasChanged
    },
  }
}
