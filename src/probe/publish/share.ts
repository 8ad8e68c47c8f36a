import { createBackoff } from '../../pacing/backoff.ts'

/** What {@link createShare} needs. */
export interface ShareOptions {
  /** Pause before reports that were too large grow again; it doubles each time that they were too large again. */
  readonly growthMs: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

/** The share of its limits up to which an app is sent what is known: less than 1 when reports within the limits were too large for it. */
export interface Share {
  /** From 0 to 1. */
  current(): number
  /** A report of this share was taken. After a pause, the next one may be larger. */
  taken(): void
  /**
   * A report of this share was too large.
   *
   * @returns `back`: the share is what it was before it grew the last time. `less`: it is half of what it was. `least`: it cannot be
   * less than it is
   */
  tooLarge(): 'back' | 'less' | 'least'
}

const SMALLEST = 1 / 1024
const GROWTH = 1.25
/** The longest pause before growing, as a multiple of the first. */
const LONGEST_PAUSE = 15

export const createShare = ({ growthMs, nowMs, random }: ShareOptions): Share => {
  const pauses = createBackoff({ firstMs: growthMs, longestMs: LONGEST_PAUSE * growthMs, random })
  let share = 1
  /** The largest that was taken since one was too large. */
  let proven = 1
  /** Undefined: not before a report is taken. */
  let growAtMs: number | undefined

  return {
    current: () => share,
    taken() {
      if (share > proven) {
        proven = share
        pauses.reset()
      }
      if (share === 1) return
      growAtMs ??= nowMs() + pauses.next()
      if (nowMs() < growAtMs) return
      share = Math.min(1, share * GROWTH)
      growAtMs = undefined
    },
    tooLarge() {
      growAtMs = undefined
      if (share > proven) {
        share = proven
        return 'back'
      }
      if (share <= SMALLEST) return 'least'
      share /= 2
      proven = share
      return 'less'
    },
  }
}
