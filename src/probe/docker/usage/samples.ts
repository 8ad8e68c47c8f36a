import type { Metric } from '../../../report/schema.ts'

/**
 * A value that stays the same is told this often, so that it is known to be current. It is the interval of the slowest
 * metrics of others, so that sums over nodes have no holes. A little less, since readings come a little early or late.
 */
const REPEAT_MS = 4500
const MAX_SAMPLES = 600

/**
 * Recent samples of one metric. A value that stays the same is not kept at each reading: most containers are idle most
 * of the time, and a report would consist of their zeros.
 */
export class Samples {
  readonly #windowMs: number
  /** `[uptimeMs, value]`, oldest first. */
  readonly #samples: [number, number][] = []
  /** When the newest value was last seen unchanged, without a sample of its own. */
  #seenMs: number | undefined
  /** The time of the newest report that was made of them. */
  #toldMs = 0

  /** @param windowMs how long samples are kept, so that a late or lost report loses none */
  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** @param atMs the probe's uptime in whole milliseconds */
  add(atMs: number, value: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && last[1] === value && atMs - last[0] < REPEAT_MS) {
      this.#seenMs = atMs
      return
    }
    // A line from the last sample to the new one would rise too early. A time before the last report would not be sent.
    if (last !== undefined && this.#seenMs !== undefined && last[1] !== value) {
      const untilMs = Math.min(Math.max(this.#seenMs, this.#toldMs), atMs - 1)
      if (untilMs > last[0]) this.#samples.push([untilMs, last[1]])
    }
    this.#seenMs = undefined
    this.#samples.push([atMs, value])
    let stale = Math.max(0, this.#samples.length - MAX_SAMPLES)
    while ((this.#samples[stale]?.[0] ?? atMs) < atMs - this.#windowMs) stale++
    if (stale > 0) this.#samples.splice(0, stale)
  }

  /** @returns `[ageMs, value]` of the samples since `sinceMs`, oldest first */
  agedFrom(uptimeMs: number, sinceMs: number): Metric['samples'] {
    this.#toldMs = Math.max(this.#toldMs, uptimeMs)
    const fromMs = Math.max(sinceMs, uptimeMs - this.#windowMs)
    const aged: Metric['samples'] = []
    for (const [at, value] of this.#samples) if (at >= fromMs) aged.push([Math.max(0, uptimeMs - at), value])
    return aged
  }
}
