import type { Report } from '../../report/schema.ts'

/** Where much is open a probe counts bytes only every 3 s: reports less than this apart would make rates that jump. */
const BASE_AGE_MS = 2900
/** What will do as long as there is nothing older. */
const MIN_BASE_AGE_MS = 900
/** Of a burst of reports, so many are enough to choose from. */
const MIN_SPACING_MS = 300

/**
 * Chooses what the rates of a report are counted from: the newest of its epoch that is about three seconds older. Give it the
 * reports of one epoch, in order. At the start of an epoch one that is a second older will do.
 */
export class RateBases {
  /** Oldest first: at most one that is old enough, and those that will be. */
  #candidates: Report[] = []

  /** @returns the base of `report`; undefined when none is old enough */
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
      this.#candidates.push(report)
    return base
  }
}
