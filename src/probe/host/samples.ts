import type { Metric } from '../../report/schema.ts'

/** One series of numbers, kept for a while so that none is lost between two reports. */
export class Samples {
  readonly #windowMs: number
  readonly #max: number
  #samples: (readonly [atMs: number, value: number])[] = []

  /**
   * @param windowMs older samples are dropped, but for the newest
   * @param max samples kept at most
   */
  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs
    this.#max = max
  }

  /** @param atMs the probe's uptime, whole, so that ages counted back from another lead to the very same */
  add(atMs: number, value: number): void {
    this.#samples = this.#samples
      .filter(([at]) => atMs - at < this.#windowMs)
      .slice(Math.max(0, this.#samples.length - this.#max + 1))
    this.#samples.push([atMs, value])
  }

  /** @returns `[ageMs, value]` of those not older than a moment, oldest first */
  agedFrom(uptimeMs: number, sinceMs: number): Metric['samples'] {
    const first = this.#samples.findIndex(([at]) => at >= sinceMs)
    if (first < 0) return []
    return this.#samples.slice(first).map(([at, value]) => [Math.max(0, uptimeMs - at), value])
  }
}
