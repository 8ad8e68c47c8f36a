/** Less than this the clock of the machine may be ahead: it is set by as little all the time. */
const TOLERANCE_MS = 1000

/** What {@link createClock} reads; milliseconds. */
export interface ClockSources {
  /** Never goes back, and may stand still while the machine sleeps. */
  readonly monotonicMs: () => number
  /** The clock of the machine, since 1970. */
  readonly wallMs: () => number
}

const ofThisMachine: ClockSources = {
  monotonicMs: () => performance.timeOrigin + performance.now(),
  wallMs: Date.now,
}

/**
 * Creates the app's clock, by which all is dated and all waits end: milliseconds since 1970. It never goes back, so that nothing
 * lasts for ever, or happened after now, when the clock of the machine is set back. When that is ahead, as after a sleep or when it is
 * set at last, this clock goes forward to it.
 */
export const createClock = ({ monotonicMs, wallMs }: ClockSources = ofThisMachine): (() => number) => {
  let aheadMs = 0
  return () => {
    const ms = monotonicMs() + aheadMs
    const behindMs = wallMs() - ms
    if (behindMs < TOLERANCE_MS) return ms
    aheadMs += behindMs
    return ms + behindMs
  }
}
