/** What {@link createPace} needs. */
export interface PaceOptions {
  /** Longest pause between two beats of the feed. */
  readonly intervalMs: number
  /** The interval of a slow way to an app grows up to this, or up to `intervalMs` if that is more. */
  readonly longestMs: number
  /** Least time between the beginnings of two reports that the app wants; 0 by default. */
  readonly leastGapMs?: () => number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/**
 * Decides when one app gets its next report: at each beat of the feed, one at a time, after pauses when it does not answer, and
 * more rarely when reports take long to arrive, or nobody looks at them. It sets no timer itself.
 */
export interface Pace {
  /**
   * Longest pause between reports to this app: that of {@link changesWithinMs}, or longer while the app rests.
   */
  intervalMs(): number
  /**
   * Longest pause until the app gets what appeared or disappeared: that of the feed, doubled again and again while reports take
   * longer than half of it on average.
   */
  changesWithinMs(): number
  /** True when a report that is due now would be sent now. @param hasChanged more than numbers has changed */
  isReady(hasChanged: boolean): boolean
  /** There was a beat. @param hasChanged as in {@link isReady} @returns true when a report is to be sent now */
  beat(hasChanged: boolean): boolean
  /** Milliseconds until a report is to be sent without waiting for a beat; undefined while there is nothing to wait for but a beat. */
  waitMs(): number | undefined
  /** Sending begins. */
  begin(): void
  /** A report was taken from the feed: it has all that changed so far. */
  taken(): void
  /**
   * The app accepted the report.
   *
   * @param durationMs how long that took
   * @param restMs the app wants the next report only so much later, if nothing but numbers changes until then
   */
  arrived(durationMs: number, restMs?: number): void
  /** The report did not arrive: the next one is sent after this pause, and none before. */
  retryAfter(ms: number): void
  /** Ends a pause. */
  wake(): void
  /**
   * The app rests no more: it is sent a report at once, unless the last one began within the interval of the feed. The next beat brings
   * it then.
   */
  endRest(): void
}

/** Share of the newest report in the average duration. */
const WEIGHT = 0.3
/** The interval grows when reports take more than this share of it, and shrinks when they would take less than a fifth of the shorter one. */
const SLOW_SHARE = 0.5
const FAST_SHARE = 0.2

export const createPace = (options: PaceOptions): Pace => {
  const { intervalMs: baseMs, longestMs, leastGapMs = () => 0, nowMs } = options
  let doublings = 0
  let smoothedMs = 0
  let isSending = false
  /** A beat came after the report which is under way had been taken. */
  let isBehind = false
  let hasTaken = false
  let pausedUntilMs: number | undefined = nowMs()
  let begunAtMs = Number.NEGATIVE_INFINITY
  /** What the app was told with the last report: it has to be kept, also when the interval has grown since. */
  let toldMs = baseMs
  let restMs = 0
  /** The rest was ended while a report was under way, whose answer may still tell the app to rest. */
  let hasEndedRest = false

  const intervalAt = (times: number): number => Math.min(Math.max(longestMs, baseMs), baseMs * 2 ** times)
  const changesWithin = (): number => Math.max(intervalAt(doublings), leastGapMs())
  const current = (): number => Math.max(changesWithin(), Math.min(restMs, longestMs))
  const isSlow = (): boolean => changesWithin() > baseMs
  const pauseFor = (hasChanged: boolean): number => (hasChanged ? changesWithin() : current())

  const adapt = (durationMs: number): void => {
    smoothedMs += WEIGHT * (durationMs - smoothedMs)
    if (smoothedMs > SLOW_SHARE * changesWithin()) {
      if (intervalAt(doublings + 1) > changesWithin()) doublings++
    } else if (doublings > 0 && smoothedMs < FAST_SHARE * intervalAt(doublings - 1)) doublings--
  }

  /** Beats come at least every `baseMs`, so take the one that is nearest. */
  const isDue = (pauseMs: number): boolean =>
    pauseMs <= baseMs || nowMs() - begunAtMs >= Math.min(toldMs, pauseMs) - baseMs / 2

  /** Milliseconds until the app wants another one. */
  const gapMs = (): number => Math.max(0, begunAtMs + leastGapMs() - nowMs())

  const isReady = (hasChanged: boolean): boolean =>
    !isSending && pausedUntilMs === undefined && gapMs() === 0 && isDue(pauseFor(hasChanged))

  return {
    intervalMs: current,
    changesWithinMs: changesWithin,
    isReady,
    beat(hasChanged) {
      const isTooSoon = isSending ? hasTaken : gapMs() > 0
      if (isTooSoon && pauseFor(hasChanged) <= baseMs) isBehind = true
      return isReady(hasChanged)
    },
    waitMs() {
      if (isSending) return undefined
      if (pausedUntilMs !== undefined) return Math.max(0, pausedUntilMs - nowMs())
      return isBehind && !isSlow() ? gapMs() : undefined
    },
    begin() {
      isSending = true
      isBehind = false
      hasTaken = false
      hasEndedRest = false
      pausedUntilMs = undefined
      begunAtMs = nowMs()
      toldMs = current()
    },
    taken() {
      hasTaken = true
      isBehind = false
    },
    arrived(durationMs, rest = 0) {
      isSending = false
      restMs = hasEndedRest ? 0 : rest
      adapt(durationMs)
    },
    retryAfter(ms) {
      isSending = false
      restMs = 0
      isBehind = false
      pausedUntilMs = nowMs() + ms
    },
    wake() {
      if (pausedUntilMs !== undefined) pausedUntilMs = nowMs()
    },
    endRest() {
      if (isSending) hasEndedRest = true
      else if (restMs > 0 && nowMs() - begunAtMs >= baseMs) isBehind = true
      restMs = 0
    },
  }
}
