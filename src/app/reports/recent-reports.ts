import type { Guard } from '../../log/faults.ts'
import type { HeldReport } from '../../topology/held-report.ts'

/** What {@link RecentReports} needs. */
export interface RecentReportsOptions {
  /** The reports of now; the same array until they change. */
  readonly held: () => readonly HeldReport[]
  /** There may be others to show. */
  readonly changed: () => void
  readonly guard: Guard
  /** Milliseconds; never goes back. */
  readonly nowMs: () => number
}

/** How old reports may be for each probe there is, and at most. */
const STALE_MS_PER_PROBE = 2
const STALE_MS = 100
/** With fewer, joining them costs next to nothing. */
const MANY_PROBES = 10

/**
 * The reports that all who ask within a moment are answered from. With many probes there are others every few
 * milliseconds, and to join them anew for each who asks, for the map, its numbers, events, would cost as much as it would
 * for each report. With few probes, a moment is no time at all.
 */
export class RecentReports {
  readonly #options: RecentReportsOptions
  #taken: readonly HeldReport[]
  #takenMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(options: RecentReportsOptions) {
    this.#options = options
    this.#taken = options.held()
  }

  /** The reports of now, or of up to 100 ms ago; the same array until they change. */
  get current(): readonly HeldReport[] {
    const { held, nowMs } = this.#options
    const now = held()
    if (now !== this.#taken && this.#staleInMs(nowMs()) <= 0) {
      this.#taken = now
      this.#takenMs = nowMs()
    }
    return this.#taken
  }

  /** To be called when there are other reports: who is to know of that is told when they can be had. */
  notify(): void {
    if (this.#timer !== undefined) return
    const waitMs = this.#staleInMs(this.#options.nowMs())
    if (waitMs <= 0) this.#options.changed()
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        // a timer may be early by a part of a millisecond
        this.#options.guard('tell of reports', () => this.notify())
      }, Math.ceil(waitMs))
  }

  /** Lets go of its timer. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #staleInMs(nowMs: number): number {
    const probes = Math.min(this.#options.held().length, this.#taken.length)
    const staleMs = probes < MANY_PROBES ? 0 : Math.min(STALE_MS, STALE_MS_PER_PROBE * probes)
    return this.#takenMs + staleMs - nowMs
  }
}
