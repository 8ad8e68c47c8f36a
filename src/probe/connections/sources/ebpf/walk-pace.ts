/** How often to walk; times in milliseconds. */
export interface WalkPace {
  /** Shortest and longest time from one walk to the next. */
  readonly everyMs: readonly [number, number]
  /** Share of one core that the walks may take. */
  readonly budget: number
}

/** Payload that Scope itself moves between two walks, with a report each second and one or two pages open. */
const TRICKLE_BYTES = 128 * 1024

/**
 * How long to wait before the next walk: the longer the last one took, the longer. The walk over counters visits each
 * slot of its map, empty or not, which is most of what tracing costs on an idle machine. So after a walk that found
 * almost no traffic the wait is the longest allowed. The price is that the first bytes on an idle connection are
 * reported that much later.
 *
 * @param tookMs CPU time of the last walk
 * @param movedBytes payload that the last walk found to have moved; undefined for walks that are not about counters
 */
export const waitForWalkMs = (
  { everyMs: [least, most], budget }: WalkPace,
  tookMs: number,
  movedBytes: number = Number.POSITIVE_INFINITY,
): number => (movedBytes < TRICKLE_BYTES ? most : Math.min(most, Math.max(least, tookMs / budget)))
