/** After a loss, names may be missing for as long: what was asked just before is connected to soon. */
const TOLD_MS = 60_000

/** Tells in words that DNS answers were lost. */
export class LostAnswers {
  readonly #nowMs: () => number
  #count = 0
  #latestMs: number | undefined
  /** What is told: it stays the same for a while, since whoever is told of it is told of each change. */
  #told: { readonly count: number; readonly atMs: number } | undefined

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /**
   * Takes note of how many answers were lost since the start.
   *
   * @returns that some were lost, with their number, which is renewed once a minute; empty when none was lost for a minute
   */
  tell(count: number): string {
    const nowMs = this.#nowMs()
    if (count > this.#count) this.#latestMs = nowMs
    this.#count = count
    if (this.#latestMs === undefined || nowMs - this.#latestMs >= TOLD_MS) {
      this.#told = undefined
      return ''
    }
    if (this.#told === undefined || nowMs - this.#told.atMs >= TOLD_MS) this.#told = { count, atMs: nowMs }
    return `more DNS answers came than are read, so names may be missing (${this.#told.count} were lost so far)`
  }
}
