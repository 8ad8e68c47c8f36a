import type { Report } from '../../report/schema.ts'

/** Reports less than this apart make rates that jump. */
const MIN_BASE_AGE_MS = 900
/** Of a burst of reports, so many are enough to choose from. */
const MIN_SPACING_MS = 300

/**
 * Chooses what the rates of a report are counted from: the newest of its epoch that is about a second older. Give it the
 * reports of one epoch, in order.
 */
export class RateBases {
  /** Oldest first: at most one that is old enough, and those that will be. */
  #candidates: Report[] = []

  /** @returns the base of `report`; undefined when none is old enough */
  next(report: Report): Report | undefined {
    const { uptimeMs } = report.envelope
    const isOldEnough = (candidate: Report | undefined): boolean =>
      candidate !== undefined && candidate.envelope.uptimeMs <= uptimeMs - MIN_BASE_AGE_MS
    const newestOldEnough = this.#candidates.findLastIndex(isOldEnough)
    if (newestOldEnough > 0) this.#candidates = this.#candidates.slice(newestOldEnough)
    const base = newestOldEnough < 0 ? undefined : this.#candidates[0]
    const newest = this.#candidates.at(-1)
    if (newest === undefined || uptimeMs - newest.envelope.uptimeMs >= MIN_SPACING_MS)
      this.#candidates.push(report)
    return base
  }
}
