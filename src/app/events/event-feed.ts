import type { Faults } from '../../log/faults.ts'
import { Allowance } from '../../pacing/allowance.ts'
import { EventDeriver, type SilenceLimit } from '../../topology/events/deriver.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import { type NextLook, PacedLooks } from '../paced-looks.ts'
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

/** Events about what unverified probes tell of, all together: so they push no others out of the log. */
const UNVERIFIED_EVENTS = { perSecond: 1 / 30, burst: 100 }
const DERIVING = 'derive events (what happens in the next minute may not be told)'
/** Derives events from the differences between successive sets of reports and adds them to a log. */
export class EventFeed {
  readonly #options: EventFeedOptions
  readonly #deriver: EventDeriver
  readonly #unverified: Allowance
  readonly #looks: PacedLooks

  constructor(options: EventFeedOptions) {
    this.#options = options
    this.#deriver = new EventDeriver(options.pipeline, options.silenceLimitMs)
    this.#unverified = new Allowance(UNVERIFIED_EVENTS, options.nowMs)
    const { faults, nowMs } = options
    this.#looks = new PacedLooks({ subject: 'events', doing: DERIVING, faults, nowMs, look: this.#derive })
  }

  /** Call when the reports may have changed. */
  notify(): void {
    this.#looks.notify()
  }

  /** Stops the timer. */
  stop(): void {
    this.#looks.stop()
  }

  /** Whether one more event of unverified probes is told. */
  #mayTell(): boolean {
    if (this.#unverified.isSpent) return false
    this.#unverified.spend(1)
    return true
  }

  readonly #derive = (startedMs: number, mayPlace: boolean): NextLook => {
    const { held, events, added } = this.#options
    const drafts = this.#deriver
      .next(held(), startedMs, mayPlace)
      .filter(({ unverified }) => unverified !== true || this.#mayTell())
    events.add(drafts)
    if (drafts.length > 0) added()
    return this.#deriver
  }
}
