/** When walks are worth their while; times in milliseconds. */
export interface WalkPace {
  /** From one walk to the next, at least and at most. */
  readonly everyMs: readonly [number, number]
  /** Share of one core that the walks may take. */
  readonly budget: number
}

/** As much as Scope moves itself, with a report each second and a page or two that look on. */
const TRICKLE_BYTES = 128 * 1024

/**
 * How long to wait with the next walk: the longer the more the last one took. The walk over counters looks at each place of its
 * map, also of an empty one, which is most of what an idle machine pays for being watched. So after one that found next to
 * nothing moving the wait is the longest there is, and the first bytes that an idle connection carries are told of that much later.
 *
 * @param tookMs CPU time of the last walk
 * @param movedBytes payload that it told of; undefined for walks that are not about counters
 */
export const waitForWalkMs = (
  { everyMs: [least, most], budget }: WalkPace,
  tookMs: number,
  movedBytes: number = Number.POSITIVE_INFINITY,
): number => (movedBytes < TRICKLE_BYTES ? most : Math.min(most, Math.max(least, tookMs / budget)))
