import type { Report } from '../../report/schema.ts'

/**
 * Preferred age of a base. A probe with many open connections counts bytes only every 3 s, so rates over a shorter time
 * would jump.
 */
const BASE_AGE_MS = 2900
/** Least age of a base, accepted while there is no older report. */
const MIN_BASE_AGE_MS = 900
/** Least time between two candidates, so that a burst of reports does not fill the list. */
const MIN_SPACING_MS = 300

/**
 * Chooses the earlier report that a report's rates are computed against: the newest one of the same epoch that is about
 * three seconds older. At the start of an epoch, one that is about a second older is accepted. Call `next` with the
 * reports of one epoch, in order. Metrics are most of what changes in a report, and no rate is computed from them, so those of
 * candidates are not kept.
 */
export class RateBases {
  /** Oldest first: at most one that is old enough, then those that will become so. */
  #candidates: Report[] = []

  /** @returns the base of `report`, without the metrics that it had; undefined when none is old enough */
  next(report: Report): Report | undefined {
    const { uptimeMs } = report.envelope
    const isOlder = (candidate: Report | undefined, byMs: number): boolean =>
      candidate !== undefined && candidate.envelope.uptimeMs <= uptimeMs - byMs
    const newestOldEnough = this.#candidates.findLastIndex((candidate) => isOlder(candidate, BASE_AGE_MS))
    if (newestOldEnough > 0) this.#candidates = this.#candidates.slice(newestOldEnough)
    const [oldest] = this.#candidates
    const base = isOlder(oldest, MIN_BASE_AGE_MS) ? oldest : undefined
    const newest = this.#candidates.at(-1)
    if (newest === undefined || uptimeMs - newest.envelope.uptimeMs >= MIN_SPACING_MS)
      this.#candidates.push({ ...report, metrics: [] })
    return base
  }
}
