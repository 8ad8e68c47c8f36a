/** So many of the latest readings count: clocks drift apart over days. */
const READINGS = 6

/**
 * What a clock at the other end of a channel shows, as far as its readings tell, which come late by as long as they were under way. So it is
 * never ahead of the real one: what is sent with its time cannot seem younger there than it is, whatever holds up the network.
 * No end needs to know the time of day.
 *
 * @example
 * const clock = new PeerClock(() => performance.now())
 * clock.read(12_000) // it was 12 s some time ago
 * clock.nowMs() // at least as much as it was then, at most as much as it is now
 */
export class PeerClock {
  readonly #nowMs: () => number
  /** How far it was ahead of our own at the latest readings, each at least. */
  readonly #aheadMs: number[] = []

  /** @param nowMs our own clock; monotonic, as that of the other end */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** A reading has come. */
  read(ms: number): void {
    this.#aheadMs.push(ms - this.#nowMs())
    if (this.#aheadMs.length > READINGS) this.#aheadMs.shift()
  }

  /** What it shows now, or less; 0, with which it begins, before the first reading. Whole milliseconds. */
  nowMs(): number {
    const aheadMs = Math.max(...this.#aheadMs)
    return Number.isFinite(aheadMs) ? Math.max(0, Math.floor(this.#nowMs() + aheadMs)) : 0
  }
}
