import type { FindingsDocument } from '../../api/types.ts'
import { byId } from '../../report/delta/by-id.ts'
import type { EdgeRecords } from '../edges/edge-records.ts'
import type { SilenceLimit } from '../events/deriver.ts'
import type { HeldReport } from '../held-report.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { FindingBoard } from './board.ts'
import type { Candidate } from './candidate.ts'
import { ContainerTrouble } from './container-trouble.ts'
import { EdgeTrouble } from './edges/edge-trouble.ts'
import { foldPartial, LostProbes, probeCandidates } from './probe-trouble.ts'

/** How often to look again while something may change without a report. */
const AGAIN_MS = 5_000

interface Followed {
  held: HeldReport
  readonly containers: ContainerTrouble
  own: readonly Candidate[]
}

/**
 * Finds what is not well from successive sets of reports. It has no clock and does no I/O: the same reports at the same times
 * give the same findings. Of a report only what changed is looked at, and reports that did not change cost next to nothing.
 *
 * Only what verified probes tell counts, since anybody could make up the rest.
 */
export class Finder {
  readonly #edges: EdgeTrouble
  readonly #lost: LostProbes
  readonly #board = new FindingBoard()
  readonly #probes = new Map<string, Followed>()
  #nowMs = 0

  /**
   * @param pipeline gives what finds the edges of connections; called when it is needed
   * @param silenceLimitMs after how long without a report a probe is held no longer
   */
  constructor(pipeline: () => Pipeline, silenceLimitMs: SilenceLimit = ({ intervalMs }) => 3 * intervalMs) {
    this.#edges = new EdgeTrouble(pipeline)
    this.#lost = new LostProbes(silenceLimitMs)
  }

  /** What was found last; the same object as long as nothing changes. */
  get document(): FindingsDocument {
    return this.#board.document
  }

  /**
   * What is not well now.
   *
   * @param held the latest report of each probe
   * @param nowMs on the app's clock; never goes back
   * @param mayPlace whether connection records may be resolved to edges now, which costs about as much as rendering a view; when
   *   false, those that were not resolved yet are told later
   */
  next(held: readonly HeldReport[], nowMs: number, mayPlace = true): FindingsDocument {
    this.#nowMs = nowMs
    this.#leave(held, nowMs)
    for (const one of held) if (one.verified) this.#follow(one, nowMs)
    const followed = [...this.#probes.values()]
    return this.#board.update(
      [
        ...this.#lost.candidates(nowMs),
        ...this.#edges.candidates(held, nowMs, mayPlace),
        ...followed.flatMap(({ containers, held }) => containers.candidates(held.report, nowMs)),
        ...foldPartial(
          followed.flatMap(({ own }) => own),
          (id) => this.#board.tells(id),
        ),
      ],
      nowMs,
    )
  }

  /**
   * Since when connections of an edge fail, as the findings about it tell; undefined when they do not fail.
   *
   * @param records the records that make up the edge
   * @param held the reports that have them
   * @returns ms since 1970 on the clock of {@link next}
   */
  failingSinceMs(records: readonly EdgeRecords[], held: readonly HeldReport[]): number | undefined {
    const reports = new Map(held.map(({ report }) => [report.envelope.probeId, report]))
    const ofEdge = records
      .filter(({ part }) => part !== 'excludes')
      .flatMap(({ probeId, ids }) => {
        const report = reports.get(probeId)
        if (report === undefined) return []
        const known = byId(report.connections)
        return ids.flatMap((id) => {
          const record = known.get(id)
          return record === undefined ? [] : [{ record, report }]
        })
      })
    return this.#edges.failingSinceMs(ofEdge)
  }

  /** When {@link next} has to be called even if no report arrives before; Infinity when nothing is pending. */
  get dueMs(): number {
    const isActive =
      this.document.total > 0 ||
      this.#edges.isActive ||
      this.#lost.isActive ||
      [...this.#probes.values()].some(({ containers }) => containers.isActive)
    return isActive ? this.#nowMs + AGAIN_MS : Number.POSITIVE_INFINITY
  }

  /** When {@link next} has to be called with `mayPlace`; Infinity when no record waits to be resolved. */
  get placingDueMs(): number {
    return this.#edges.needsPlacing(this.#nowMs) ? this.#nowMs : Number.POSITIVE_INFINITY
  }

  #leave(held: readonly HeldReport[], nowMs: number): void {
    const verified = new Map(held.map((one) => [one.report.envelope.probeId, one.verified]))
    for (const [id, followed] of this.#probes) {
      const isVerified = verified.get(id)
      if (isVerified === true) continue
      this.#probes.delete(id)
      if (isVerified === undefined) this.#lost.lose(followed.held, nowMs)
    }
  }

  #follow(held: HeldReport, nowMs: number): void {
    const { report } = held
    const known = this.#probes.get(report.envelope.probeId)
    if (known?.held === held) return
    const followed = known ?? { held, containers: new ContainerTrouble(), own: [] }
    const before = known?.held.report
    const isSameEpoch = before?.envelope.epoch === report.envelope.epoch
    if (known === undefined) {
      this.#probes.set(report.envelope.probeId, followed)
      this.#lost.found(held)
    }
    followed.held = held
    followed.own = probeCandidates(held, followed.own, nowMs)
    followed.containers.update(before, report, isSameEpoch, nowMs)
    if (before !== undefined && isSameEpoch) this.#edges.update(before, held, nowMs)
  }
}
