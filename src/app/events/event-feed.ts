import type { Faults } from '../../log/faults.ts'
import { EventDeriver } from '../../topology/events/deriver.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { RenderContext } from '../../topology/render.ts'
import type { EventLog } from './event-log.ts'

/** What an {@link EventFeed} needs. */
export interface EventFeedOptions {
  /** The reports of now. */
  readonly held: () => readonly HeldReport[]
  /** As views are made with. */
  readonly context: RenderContext
  readonly events: EventLog
  readonly faults: Faults
  /** Milliseconds since 1970; never goes back. */
  readonly nowMs: () => number
  /** There are new events. */
  readonly added: () => void
}

/** However many reports come, they are looked at so often. */
const PAUSE_MS = 500
/** After a failure, which has to be a fault of Scope: the map must not go down with it. */
const FAILURE_PAUSE_MS = 60_000
const DERIVING = 'derive events (what happens in the next minute may not be told)'
/** Finding out which edges are concerned may take this share of the time. */
const PLACING_SHARE = 0.05

/** Fills a log with what happens from one set of reports to the next. */
export class EventFeed {
  readonly #options: EventFeedOptions
  readonly #deriver: EventDeriver
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  #mayPlaceFromMs = Number.NEGATIVE_INFINITY
  #stopped = false

  constructor(options: EventFeedOptions) {
    this.#options = options
    this.#deriver = new EventDeriver(options.context)
  }

  /** To be called when the reports may have changed. */
  notify(): void {
    this.#lookAt(this.#options.nowMs())
  }

  /** Lets go of its timer. */
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

  #derive(startedMs: number): void {
    const { held, events, nowMs, added } = this.#options
    const mayPlace = startedMs >= this.#mayPlaceFromMs
    const drafts = this.#deriver.next(held(), startedMs, mayPlace)
    if (mayPlace) this.#mayPlaceFromMs = startedMs + (nowMs() - startedMs) / PLACING_SHARE
    events.add(drafts)
    if (drafts.length > 0) added()
    const { dueMs, placingDueMs } = this.#deriver
    const nextMs = Math.min(dueMs, Math.max(placingDueMs, this.#mayPlaceFromMs))
    if (nextMs < Number.POSITIVE_INFINITY) this.#lookAt(nextMs)
  }
}
