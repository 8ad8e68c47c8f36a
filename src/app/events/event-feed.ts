import type { Faults } from '../../log/faults.ts'
import { Allowance } from '../../pacing/allowance.ts'
import { EventDeriver, type SilenceLimit } from '../../topology/events/deriver.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import type { EventLog } from './event-log.ts'

/** What an {@link EventFeed} needs. */
export interface EventFeedOptions {
  /** The current reports. */
  readonly held: () => readonly HeldReport[]
  /** Gives what finds the edges that events belong to; called when it is needed. */
  readonly pipeline: () => Pipeline
  /** After how long without a report a probe is held no longer. */
  readonly silenceLimitMs?: SilenceLimit
  readonly events: EventLog
  readonly faults: Faults
  /** Monotonic, in ms since 1970. */
  readonly nowMs: () => number
  /** Called when there are new events. */
  readonly added: () => void
}

/** Shortest time between two looks at the reports, however many arrive. */
const PAUSE_MS = 500
/** Pause after a failure. A failure here is a bug in Scope; it must not take the map down with it. */
const FAILURE_PAUSE_MS = 60_000
/** Events about what unverified probes tell of, all together: so they push no others out of the log. */
const UNVERIFIED_EVENTS = { perSecond: 1 / 30, burst: 100 }
const DERIVING = 'derive events (what happens in the next minute may not be told)'
/** Largest share of time spent on finding the edges that events belong to. */
const PLACING_SHARE = 0.05

/** Derives events from the differences between successive sets of reports and adds them to a log. */
export class EventFeed {
  readonly #options: EventFeedOptions
  readonly #deriver: EventDeriver
  readonly #unverified: Allowance
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  #mayPlaceFromMs = Number.NEGATIVE_INFINITY
  #stopped = false

  constructor(options: EventFeedOptions) {
    this.#options = options
    this.#deriver = new EventDeriver(options.pipeline, options.silenceLimitMs)
    this.#unverified = new Allowance(UNVERIFIED_EVENTS, options.nowMs)
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
    const { faults, nowMs } = this.#options
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#lastMs = nowMs()
    try {
      this.#derive(this.#lastMs)
      faults.worked('events', DERIVING)
    } catch (error) {
      faults.failed('events', DERIVING, error)
      this.#lastMs += FAILURE_PAUSE_MS
    }
  }

  /** Whether one more event of unverified probes is told. */
  #mayTell(): boolean {
    if (this.#unverified.isSpent) return false
    this.#unverified.spend(1)
    return true
  }

  #derive(startedMs: number): void {
    const { held, events, nowMs, added } = this.#options
    const mayPlace = startedMs >= this.#mayPlaceFromMs
    const drafts = this.#deriver
      .next(held(), startedMs, mayPlace)
      .filter(({ unverified }) => unverified !== true || this.#mayTell())
    if (mayPlace) this.#mayPlaceFromMs = startedMs + (nowMs() - startedMs) / PLACING_SHARE
    events.add(drafts)
    if (drafts.length > 0) added()
    const { dueMs, placingDueMs } = this.#deriver
    const nextMs = Math.min(dueMs, Math.max(placingDueMs, this.#mayPlaceFromMs))
    if (nextMs < Number.POSITIVE_INFINITY) this.#lookAt(nextMs)
  }
}
