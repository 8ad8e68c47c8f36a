/** A period in which something runs, on the story's clock, from its start (inclusive) to its end (exclusive). */
export interface Span {
  /** Counts from 0. */
  readonly index: number
  readonly startMs: number
  /** Infinity when it never ends. */
  readonly endMs: number
}

/** The span that contains a moment, and the one before it. */
export interface Moment {
  readonly current: Span | undefined
  readonly previous: Span | undefined
}

/** When something runs and when it does not, known for any time in the story. */
export interface Life {
  at(tMs: number): Moment
  /** Total downtime from the beginning of the story to a moment, ms. */
  downMs(tMs: number): number
  /** The latest downtime that has begun by a moment. */
  downtime(tMs: number): { readonly startMs: number; readonly endMs: number } | undefined
}

/** A life that never ends, from `bornMs` on (negative if before the story). */
export const endless = (bornMs: number): Life => {
  const current: Span = { index: 0, startMs: bornMs, endMs: Number.POSITIVE_INFINITY }
  return {
    at: () => ({ current, previous: undefined }),
    downMs: () => 0,
    downtime: () => undefined,
  }
}

/** Parameters of a life that stops and starts periodically. */
export interface Cycle {
  readonly bornMs: number
  /** Length of a period; it stops once in each. */
  readonly periodMs: number
  /** Length of the downtime; less than the period. */
  readonly downMs: number
  /** When it stops within the n-th period: 0 to `periodMs - downMs`. */
  readonly offsetMs: (n: number) => number
}

const KEPT_STOPS = 8

/** A life that stops once in every period, the first of which begins with the story. */
export const cyclic = ({ bornMs, periodMs, downMs, offsetMs }: Cycle): Life => {
  const stops = new Map<number, number>()
  const stop = (n: number): number => {
    const known = stops.get(n)
    if (known !== undefined) return known
    // Time mostly moves forward, and only a few periods are asked about at once.
    if (stops.size >= KEPT_STOPS) stops.clear()
    const made = n * periodMs + offsetMs(n)
    stops.set(n, made)
    return made
  }
  const span = (index: number): Span => ({
    index,
    startMs: index === 0 ? bornMs : stop(index - 1) + downMs,
    endMs: stop(index),
  })
  const periodOf = (tMs: number): number => Math.max(0, Math.floor(tMs / periodMs))
  const before = (index: number): Span | undefined => (index > 0 ? span(index - 1) : undefined)
  return {
    at(tMs) {
      const n = periodOf(tMs)
      const stopMs = stop(n)
      if (tMs < stopMs) return { current: span(n), previous: before(n) }
      if (tMs < stopMs + downMs) return { current: undefined, previous: span(n) }
      return { current: span(n + 1), previous: span(n) }
    },
    downMs(tMs) {
      const n = periodOf(tMs)
      return n * downMs + Math.min(downMs, Math.max(0, tMs - stop(n)))
    },
    downtime(tMs) {
      const n = periodOf(tMs)
      const begun = tMs >= stop(n) ? n : n - 1
      return begun < 0 ? undefined : { startMs: stop(begun), endMs: stop(begun) + downMs }
    },
  }
}
