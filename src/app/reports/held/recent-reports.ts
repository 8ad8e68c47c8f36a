import type { Guard } from '../../../log/faults.ts'
import type { HeldReport } from '../../../topology/held-report.ts'

/** What {@link RecentReports} needs. */
export interface RecentReportsOptions {
  /** The current reports; the same array until they change. */
  readonly held: () => readonly HeldReport[]
  /** What is shown of a set of reports; all of it by default. The same set gives the same result. */
  readonly show?: (held: readonly HeldReport[]) => readonly HeldReport[]
  /** Called when `current` may return other reports. */
  readonly changed: () => void
  readonly guard: Guard
  /** A monotonic clock, in ms. */
  readonly nowMs: () => number
}

/** How long a set of reports is reused: so much per probe, up to `STALE_MS`. */
const STALE_MS_PER_PROBE = 2
const STALE_MS = 100
/** With fewer probes, reports are never reused, since joining them is cheap. */
const MANY_PROBES = 10

/**
 * A set of reports that is reused for a short time. With many probes a report arrives every few milliseconds, and
 * without reuse every consumer (map, numbers, events) would join the reports anew each time. With few probes the
 * current reports are always used.
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

  /** The current reports, or those of up to 100 ms ago; the same array until they change. */
  get current(): readonly HeldReport[] {
    const { held, nowMs } = this.#options
    const now = held()
    if (now !== this.#taken && this.#staleInMs(nowMs()) <= 0) {
      this.#taken = now
      this.#takenMs = nowMs()
    }
    return this.#options.show?.(this.#taken) ?? this.#taken
  }

  /** Call when the reports have changed. `changed` is called once `current` returns the new ones. */
  notify(): void {
    if (this.#timer !== undefined) return
    const waitMs = this.#staleInMs(this.#options.nowMs())
    if (waitMs <= 0) this.#options.changed()
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        // A timer may fire a fraction of a millisecond early, so notify checks the time again.
        this.#options.guard('tell of reports', () => this.notify())
      }, Math.ceil(waitMs))
  }

  /** Stops the timer. */
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
