import type { FindingsDocument } from '../../api/types.ts'
import type { Faults } from '../../log/faults.ts'
import type { EdgeRecords } from '../../topology/edges/edge-records.ts'
import type { SilenceLimit } from '../../topology/events/deriver.ts'
import { Finder } from '../../topology/findings/finder.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import { PacedLooks } from '../paced-looks.ts'

/** What a {@link FindingFeed} needs. */
export interface FindingFeedOptions {
  /** The current reports. */
  readonly held: () => readonly HeldReport[]
  /** Gives what finds the edges of connections; called when it is needed. */
  readonly pipeline: () => Pipeline
  /** After how long without a report a probe is held no longer. */
  readonly silenceLimitMs: SilenceLimit
  readonly faults: Faults
  /** Monotonic, in ms since 1970. */
  readonly nowMs: () => number
  /** Called when there is something else to tell. */
  readonly changed: () => void
}

/** Keeps up to date what is not well. */
export class FindingFeed {
  readonly #finder: Finder
  readonly #looks: PacedLooks
  readonly #held: () => readonly HeldReport[]

  constructor({ held, pipeline, silenceLimitMs, faults, nowMs, changed }: FindingFeedOptions) {
    this.#held = held
    this.#finder = new Finder(pipeline, silenceLimitMs)
    this.#looks = new PacedLooks({
      subject: 'findings',
      doing: 'find what is not well (it may be told late, or not at all)',
      faults,
      nowMs,
      look: (startedMs, mayPlace) => {
        const before = this.#finder.document
        if (this.#finder.next(held(), startedMs, mayPlace) !== before) changed()
        return this.#finder
      },
    })
  }

  /** What is not well now; the same object as long as nothing changes. */
  get document(): FindingsDocument {
    return this.#finder.document
  }

  /** See `Finder.failingSinceMs`; of the reports that are held now. */
  failingSinceMs(records: readonly EdgeRecords[]): number | undefined {
    return this.#finder.failingSinceMs(records, this.#held())
  }

  /** Call when the reports may have changed. */
  notify(): void {
    this.#looks.notify()
  }

  /** Stops the timer. */
  stop(): void {
    this.#looks.stop()
  }
}
