/** So many of the latest reports count: clocks drift apart over days, and stand still while a machine sleeps. */
const REPORTS = 10

/** By less than this it is not corrected, so that the dates that are computed from it do not jitter. */
const LEAST_CORRECTION_MS = 500

/**
 * Reckons when the uptime of a probe was 0, on the app's clock. Reports arrive later than they were made, and some are held up for
 * seconds; so of the latest ones, that counts which took the least time on its way.
 */
export class StartReckoning {
  readonly #latest: number[] = []
  #startedAtMs: number | undefined

  /**
   * Takes a report.
   *
   * @param arrivedAtMs on the app's clock, ms since 1970
   * @param uptimeMs of the probe when it made the report
   * @returns when the uptime was 0, in whole ms since 1970
   */
  take(arrivedAtMs: number, uptimeMs: number): number {
    // Dates have no fractions: with one here, a correction would not move all of them by the same.
    this.#latest.push(Math.round(arrivedAtMs - uptimeMs))
    if (this.#latest.length > REPORTS) this.#latest.shift()
    const earliest = Math.min(...this.#latest)
    // What the first reports took for longer than all that follow is known as soon as one follows; that all take longer now, later.
    const isCorrected =
      this.#startedAtMs === undefined || Math.abs(earliest - this.#startedAtMs) >= LEAST_CORRECTION_MS
    if (isCorrected) this.#startedAtMs = earliest
    return this.#startedAtMs ?? earliest
  }
}
