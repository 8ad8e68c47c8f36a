import type { Metric } from '../../report/schema.ts'

/** A series of numbers that keeps recent samples, so that none is lost between two reports. */
export class Samples {
  readonly #windowMs: number
  readonly #max: number
  #samples: (readonly [atMs: number, value: number])[] = []

  /**
   * @param windowMs older samples are dropped, except for the newest
   * @param max limit on the number of samples
   */
  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs
    this.#max = max
  }

  /**
   * @param atMs the probe's uptime in whole milliseconds, so that a report's time minus an age gives exactly this value
   */
  add(atMs: number, value: number): void {
    this.#samples = this.#samples
      .filter(([at]) => atMs - at < this.#windowMs)
      .slice(Math.max(0, this.#samples.length - this.#max + 1))
    this.#samples.push([atMs, value])
  }

  /** @returns `[ageMs, value]` of the samples since `sinceMs`, oldest first */
  agedFrom(uptimeMs: number, sinceMs: number): Metric['samples'] {
    const first = this.#samples.findIndex(([at]) => at >= sinceMs)
    if (first < 0) return []
    return this.#samples.slice(first).map(([at, value]) => [Math.max(0, uptimeMs - at), value])
  }
}
