import { byId } from '../../../report/delta/by-id.ts'
import { type Histogram, histogramTotal, withoutHistogram } from '../../../report/histogram.ts'
import type { ConnectionRecord, Report } from '../../../report/schema.ts'
import { hadHappened, isContinued } from '../../connections/told-counts.ts'
import type { ReportOf } from '../../events/tracking/label-of.ts'
import { edgeCalledNow, type PlacedEdge } from '../../events/tracking/place-edge.ts'
import { endsKey } from '../../events/tracking/record-growth.ts'
import { type RecordAt, resolveEdges } from '../../events/tracking/resolve-edges.ts'
import type { HeldReport } from '../../held-report.ts'
import type { Pipeline } from '../../pipeline/pipeline.ts'
import type { Candidate } from '../candidate.ts'
import { type FailingEnds, failureFindings } from './failure-findings.ts'
import { type FailureKind, FailureStreak, failuresSince, failureTimes } from './failures.ts'
import { type SlowEnds, slowFindings } from './slow-findings.ts'
import type { Timed } from './times-history.ts'
import { slowWhen, TimesHistory } from './times-history.ts'

/** For this long it is taken for granted to which edge connections belong, since an address may lead elsewhere by then. */
const PLACED_MS = 60_000
/** Most pairs of ends whose failures are followed, and most whose times are. */
const MAX_FAILING = 2_000
const MAX_TIMED = 2_000
/** Slowness takes minutes to show, so it is not looked for more often. */
const SLOW_EVERY_MS = 10_000
/** Below these, what takes several times as long is still short: handshakes, and connections as a whole. */
const FLOORS_US: Readonly<Record<Timed, number>> = { connectTimes: 4_096, durations: 16_384 }

const timed = Object.keys(FLOORS_US) as Timed[]

interface Ends {
  /** A record of these ends, to find their edges by. */
  at: RecordAt
  readonly failing: Map<FailureKind, FailureStreak>
  readonly times: Map<Timed, TimesHistory>
  placed: { readonly edges: readonly PlacedEdge[]; readonly atMs: number } | undefined
}

/**
 * Edges whose connections fail, or take longer than in the hour before. Of a report only the records that changed are looked at,
 * and of those that did only the ones that fail or that count enough connections to be timed are remembered.
 */
export class EdgeTrouble {
  readonly #pipeline: () => Pipeline
  /** By {@link endsKey}. */
  readonly #failing = new Map<string, Ends>()
  readonly #timed = new Map<string, Ends>()
  /** Of the findings about failures that were made last. */
  #failureIds: ReadonlySet<string> = new Set()
  #slow: ReadonlyMap<string, SlowEnds> = new Map()
  #slowDueMs = 0

  /** @param pipeline gives what finds the edges of records; called when some have to be found */
  constructor(pipeline: () => Pipeline) {
    this.#pipeline = pipeline
  }

  /** @param before the probe's previous report, of the same epoch */
  update(before: Report, { report }: HeldReport, nowMs: number): void {
    if (before.connections === report.connections) return
    const known = byId(before.connections)
    for (const record of report.connections) {
      const earlier = known.get(record.id)
      if (earlier === record || (earlier === undefined && hadHappened(record, before.envelope))) continue
      this.#grow(record, toldOf(record, earlier, known), report, nowMs)
    }
  }

  /** @param mayPlace whether edges may be looked up now */
  candidates(held: readonly HeldReport[], nowMs: number, mayPlace: boolean): Candidate[] {
    for (const [key, ends] of this.#failing) {
      for (const [kind, streak] of ends.failing) if (streak.isOver(nowMs)) ends.failing.delete(kind)
      if (ends.failing.size === 0) this.#failing.delete(key)
    }
    if (nowMs >= this.#slowDueMs) this.#compareTimes(nowMs)
    if (mayPlace) this.#place(held, nowMs)
    const reportOf = reportsIn(held)
    const failing: FailingEnds[] = [...this.#failing.values()].flatMap(({ failing, placed }) =>
      (placed?.edges ?? []).map((edge) => ({ edge: edgeCalledNow(edge, reportOf), failing })),
    )
    const failures = failureFindings(failing, this.#failureIds, nowMs)
    this.#failureIds = new Set(failures.map(({ id }) => id))
    return [...failures, ...slowFindings(this.#slowEdges(reportOf))]
  }

  /**
   * Since when connections of these records fail, together as many as make a finding; undefined when they do not. Its clock is that of
   * {@link update}.
   */
  failingSinceMs(
    records: Iterable<{ readonly record: ConnectionRecord; readonly report: Report }>,
  ): number | undefined {
    const keys = new Set<string | undefined>()
    for (const { record, report } of records) keys.add(endsKey(record, byId(report.nodes)))
    const ends = [...keys].flatMap((key) => this.#failing.get(key ?? '') ?? [])
    const streaks = Map.groupBy(
      ends.flatMap(({ failing }) => [...failing]),
      ([kind]) => kind,
    )
    const since = [...streaks.values()].flatMap((alike) => {
      const total = alike.reduce((sum, [, streak]) => sum + streak.total, 0)
      return total < failureTimes.least ? [] : alike.map(([, { firstMs }]) => firstMs)
    })
    return since.length === 0 ? undefined : Math.min(...since)
  }

  /** Whether some edges have to be found. */
  needsPlacing(nowMs: number): boolean {
    return this.#unplaced(nowMs).next().done !== true
  }

  /** Whether anything may change without a report. */
  get isActive(): boolean {
    return this.#failing.size > 0 || this.#timed.size > 0
  }

  #grow(
    record: ConnectionRecord,
    before: readonly ConnectionRecord[],
    { nodes, envelope }: Report,
    nowMs: number,
  ): void {
    const hasFailed =
      record.client !== undefined && record.failed > before.reduce((sum, { failed }) => sum + failed, 0)
    const times = timed.flatMap((what) => {
      const all = record[what]
      // Few would never be enough to be compared.
      if (all === undefined || histogramTotal(all) < slowWhen.before) return []
      const since = before.reduce<Histogram | undefined>(
        (rest, one) => withoutHistogram(rest, one[what]),
        all,
      )
      return since === undefined ? [] : [{ what, since }]
    })
    if (!hasFailed && times.length === 0) return
    const key = endsKey(record, byId(nodes))
    if (key === undefined) return
    const at = { probeId: envelope.probeId, recordId: record.id }
    const failing = hasFailed ? endsOf(this.#failing, key, at, MAX_FAILING) : undefined
    if (failing !== undefined)
      for (const [kind, count] of Object.entries(failuresSince(record, before)) as [FailureKind, number][])
        if (count > 0) streakOf(failing, kind, nowMs).add(count, nowMs)
    const ends = times.length > 0 ? endsOf(this.#timed, key, at, MAX_TIMED) : undefined
    for (const { what, since } of times) if (ends !== undefined) historyOf(ends, what).add(since, nowMs)
  }

  #compareTimes(nowMs: number): void {
    this.#slowDueMs = nowMs + SLOW_EVERY_MS
    const slow = new Map<string, SlowEnds>()
    for (const [key, ends] of this.#timed) {
      for (const [what, history] of ends.times) {
        const found = history.slow(nowMs)
        if (found !== undefined) slow.set(`${key} ${what}`, { key, what, slow: found })
        else if (history.isEmpty(nowMs)) ends.times.delete(what)
      }
      if (ends.times.size === 0) this.#timed.delete(key)
    }
    this.#slow = slow
  }

  *#unplaced(nowMs: number): Generator<[string, Ends]> {
    const isDue = ({ placed }: Ends): boolean => placed === undefined || nowMs - placed.atMs >= PLACED_MS
    for (const [key, ends] of this.#failing) if (isDue(ends)) yield [`failing ${key}`, ends]
    for (const { key } of this.#slow.values()) {
      const ends = this.#timed.get(key)
      if (ends !== undefined && isDue(ends)) yield [`timed ${key}`, ends]
    }
  }

  #place(held: readonly HeldReport[], nowMs: number): void {
    const wanted = new Map(this.#unplaced(nowMs))
    if (wanted.size === 0) return
    const found = resolveEdges(new Map([...wanted].map(([key, { at }]) => [key, at])), held, this.#pipeline())
    // A record that is gone says no more of where it belonged.
    for (const [key, ends] of wanted)
      ends.placed = { edges: found.get(key) ?? ends.placed?.edges ?? [], atMs: nowMs }
  }

  *#slowEdges(reportOf: ReportOf): Generator<SlowEnds & { readonly edge: PlacedEdge }> {
    for (const one of this.#slow.values())
      for (const edge of this.#timed.get(one.key)?.placed?.edges ?? [])
        yield { ...one, edge: edgeCalledNow(edge, reportOf) }
  }
}

/** Few edges are called by hosts, so they are seldom looked for. */
const reportsIn = (held: readonly HeldReport[]): ReportOf => {
  let reports: ReadonlyMap<string, Report> | undefined
  return (probeId) => {
    reports ??= new Map(held.map(({ report }) => [report.envelope.probeId, report]))
    return reports.get(probeId)
  }
}

/** The records of the report before whose counts are in this one. */
const toldOf = (
  record: ConnectionRecord,
  earlier: ConnectionRecord | undefined,
  known: ReadonlyMap<string, ConnectionRecord>,
): ConnectionRecord[] => [
  ...(earlier !== undefined && isContinued(earlier, record) ? [earlier] : []),
  ...(record.absorbed?.records.flatMap((id) => known.get(id) ?? []) ?? []),
]

const endsOf = (map: Map<string, Ends>, key: string, at: RecordAt, most: number): Ends | undefined => {
  const known = map.get(key)
  if (known !== undefined) known.at = at
  if (known !== undefined || map.size >= most) return known
  const made: Ends = { at, failing: new Map(), times: new Map(), placed: undefined }
  map.set(key, made)
  return made
}

const streakOf = ({ failing }: Ends, kind: FailureKind, nowMs: number): FailureStreak => {
  const known = failing.get(kind)
  if (known !== undefined && !known.isOver(nowMs)) return known
  const made = new FailureStreak(nowMs)
  failing.set(kind, made)
  return made
}

const historyOf = ({ times }: Ends, what: Timed): TimesHistory => {
  const known = times.get(what)
  if (known !== undefined) return known
  const made = new TimesHistory(FLOORS_US[what])
  times.set(what, made)
  return made
}
