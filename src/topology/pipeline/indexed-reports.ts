import { flowsOf, type ReportFlows } from '../connections/report-flows.ts'
import type { HeldReport } from '../held-report.ts'
import { indexOf } from '../reports/index/index-of.ts'
import { Memory } from '../reports/index/memory.ts'
import { compareIndexes, type ReportIndex } from '../reports/index/report-index.ts'

/** A report with its look-up tables and its connections. The same object as long as neither changes. */
export interface IndexedReport {
  /** The same for all reports of a probe about one host, as long as it is as trusted. */
  readonly probe: string
  readonly held: HeldReport
  readonly index: ReportIndex
  readonly flows: ReportFlows
  /** What was derived from this report as it is held. */
  readonly derived: Memory
}

/** A set of reports in a fixed order, so that the order of arrival never affects a view. */
export type IndexedReports = readonly IndexedReport[]

/** A report as the first stage takes it in. @param earlier the same probe's report before */
export const indexed = (held: HeldReport, earlier?: IndexedReport): IndexedReport => {
  const index =
    earlier?.held.report === held.report && earlier.held.verified === held.verified
      ? earlier.index
      : indexOf(held, earlier?.index)
  return { probe: probeOf(held), held, index, flows: flowsOf(held, index, earlier), derived: new Memory() }
}

/** The first stage: indexes and flows, made again only of reports that changed. */
export class ReportStage {
  #held: readonly HeldReport[] | undefined
  #reports: IndexedReports = []
  /** By what tells probes apart, where their reports are among these. */
  #places: ReadonlyMap<string, number> = new Map()

  /** The reports of this set. The same array as long as nothing changes. */
  update(held: readonly HeldReport[]): IndexedReports {
    if (held === this.#held) return this.#reports
    const next = this.#replaced(held) ?? this.#sorted(held)
    this.#held = held
    const isSame = next.length === this.#reports.length && next.every((one, i) => one === this.#reports[i])
    if (!isSame) this.#reports = next
    return this.#reports
  }

  /**
   * The usual case: as many reports as before, and each in the place of one of the same probe. It costs little more than what changed.
   *
   * @returns undefined when it is not so
   */
  #replaced(held: readonly HeldReport[]): IndexedReports | undefined {
    const before = this.#held ?? []
    if (before.length !== held.length || this.#places.size !== held.length) return undefined
    const changed: [number, HeldReport][] = []
    for (let i = 0; i < held.length; i++) {
      const [known, one] = [before[i], held[i]]
      if (known === one || known === undefined || one === undefined) continue
      const probe = probeOf(one)
      const place = this.#places.get(probe)
      if (place === undefined || probeOf(known) !== probe) return undefined
      changed.push([place, one])
    }
    const next = [...this.#reports]
    for (const [place, one] of changed) {
      const known = next[place]
      if (known === undefined || !isHeldAlike(known.held, one)) next[place] = indexed(one, known)
    }
    return next
  }

  #sorted(held: readonly HeldReport[]): IndexedReports {
    // Each report before can be kept, or have one come in its place.
    const before = Map.groupBy(this.#reports, ({ probe }) => probe)
    const kept = held.map((one) => {
      const reports = before.get(probeOf(one))
      const at = reports?.findIndex((known) => isHeldAlike(known.held, one)) ?? -1
      return at < 0 ? undefined : reports?.splice(at, 1)[0]
    })
    const next = held.map((one, i) => kept[i] ?? indexed(one, before.get(probeOf(one))?.shift()))
    next.sort((a, b) => compareIndexes(a.index, b.index))
    this.#places = new Map(next.map(({ probe }, place) => [probe, place]))
    return next
  }
}

const probeOf = ({ report, verified }: HeldReport): string =>
  `${report.envelope.probeId} ${report.host.id} ${verified}`

const isHeldAlike = (a: HeldReport, b: HeldReport): boolean =>
  a.report === b.report &&
  a.rateBase === b.rateBase &&
  a.startedAtMs === b.startedAtMs &&
  a.verified === b.verified
