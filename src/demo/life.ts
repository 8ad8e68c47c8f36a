/** A time in which something ran, on the story's clock: from its start, up to but without its end. */
export interface Span {
  /** Counts from 0. */
  readonly index: number
  readonly startMs: number
  /** Infinity when it never ends. */
  readonly endMs: number
}

/** What runs at a moment, and what ran last before. */
export interface Moment {
  readonly current: Span | undefined
  readonly previous: Span | undefined
}

/** When something runs and when not; told in advance and for ever. */
export interface Life {
  at(tMs: number): Moment
  /** How long it has not run, from the beginning of the story to a moment, ms. */
  downMs(tMs: number): number
  /** The newest time without it that has begun by then. */
  downtime(tMs: number): { readonly startMs: number; readonly endMs: number } | undefined
}

/** Runs from a moment (before the story: negative) on. */
export const endless = (bornMs: number): Life => {
  const current: Span = { index: 0, startMs: bornMs, endMs: Number.POSITIVE_INFINITY }
  return {
    at: () => ({ current, previous: undefined }),
    downMs: () => 0,
    downtime: () => undefined,
  }
}

/** How something stops and starts again. */
export interface Cycle {
  readonly bornMs: number
  /** It stops once in every period. */
  readonly periodMs: number
  /** How long it then does not run; less than the period. */
  readonly downMs: number
  /** Where in the n-th period it stops: 0 to `periodMs - downMs`. */
  readonly offsetMs: (n: number) => number
}

const KEPT_STOPS = 8

/** Stops once in every period, the first time in the period that the story begins with. */
export const cyclic = ({ bornMs, periodMs, downMs, offsetMs }: Cycle): Life => {
  const stops = new Map<number, number>()
  const stop = (n: number): number => {
    const known = stops.get(n)
    if (known !== undefined) return known
    // a story is mostly told forwards, and only a few moments are asked about at a time
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
