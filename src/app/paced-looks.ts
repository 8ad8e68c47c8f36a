import type { Faults } from '../log/faults.ts'

/** When to look again. */
export interface NextLook {
  /** Even if nobody tells of a change before; Infinity when nothing is pending. */
  readonly dueMs: number
  /** With leave to find edges; Infinity when none has to be found. */
  readonly placingDueMs: number
}

/** What {@link PacedLooks} needs. */
export interface PacedLooksOptions {
  /** What is derived, in one word, and what does not happen when that fails. */
  readonly subject: string
  readonly doing: string
  /**
   * Looks at the reports.
   *
   * @param nowMs when it is called
   * @param mayPlace whether it may find the edges that connections belong to, which costs about as much as rendering a view
   */
  readonly look: (nowMs: number, mayPlace: boolean) => NextLook
  readonly faults: Faults
  /** Monotonic, in ms since 1970. */
  readonly nowMs: () => number
}

/** Shortest time between two looks at the reports, however many arrive. */
const PAUSE_MS = 500
/** Pause after a failure. A failure here is a bug in Scope; it must not take the map down with it. */
const FAILURE_PAUSE_MS = 60_000
/** Largest share of time spent on finding edges. */
const PLACING_SHARE = 0.05

/** Looks at the reports when they have changed and when something is due, but not too often. */
export class PacedLooks {
  readonly #options: PacedLooksOptions
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  #mayPlaceFromMs = Number.NEGATIVE_INFINITY
  #stopped = false

  constructor(options: PacedLooksOptions) {
    this.#options = options
  }

  /** Call when the reports may have changed. */
  notify(): void {
    this.#lookAt(this.#options.nowMs())
  }

  /** Stops the timer. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #lookAt(wantedMs: number): void {
    const dueMs = Math.max(wantedMs, this.#lastMs + PAUSE_MS)
    if (this.#stopped || dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#look(), Math.max(0, dueMs - this.#options.nowMs()))
  }

  #look(): void {
    const { subject, doing, faults, nowMs } = this.#options
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#lastMs = nowMs()
    try {
      this.#lookNow(this.#lastMs)
      faults.worked(subject, doing)
    } catch (error) {
      faults.failed(subject, doing, error)
      this.#lastMs += FAILURE_PAUSE_MS
    }
  }

  #lookNow(startedMs: number): void {
    const { look, nowMs } = this.#options
    const mayPlace = startedMs >= this.#mayPlaceFromMs
    const { dueMs, placingDueMs } = look(startedMs, mayPlace)
    if (mayPlace) this.#mayPlaceFromMs = startedMs + (nowMs() - startedMs) / PLACING_SHARE
    const nextMs = Math.min(dueMs, Math.max(placingDueMs, this.#mayPlaceFromMs))
    if (nextMs < Number.POSITIVE_INFINITY) this.#lookAt(nextMs)
  }
}
