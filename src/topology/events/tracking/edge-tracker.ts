import { LRUCache } from 'lru-cache'
import { byId } from '../../../report/delta/by-id.ts'
import type { HeldReport } from '../../held-report.ts'
import type { Pipeline } from '../../pipeline/pipeline.ts'
import type { EventDraft } from '../draft.ts'
import type { PlacedEdge } from './place-edge.ts'
import { endsKey, type Grown, grownRecords, mayLackContainer } from './record-growth.ts'
import { type RecordAt, resolveEdges } from './resolve-edges.ts'

/** Delays and retention times of events about edges. */
export const edgeTimes = {
  /** How long a new record waits before it is resolved: the container of its process may be reported a little later. */
  settleMs: 3_000,
  /** An edge that was not seen for this long counts as new again. */
  knownMs: 3_600_000,
  /** So often it is looked which of the edges that were seen are in use still. */
  seenMs: 600_000,
  /** A failing edge is reported again when connections worked since, and its last failure is at least this long ago. */
  healMs: 60_000,
  /**
   * For this long a resolved edge is used. After that it is resolved again on the next change, since an address may
   * lead elsewhere by then.
   */
  placedMs: 60_000,
  /** How long resolving again may wait, so that several are resolved together. */
  staleMs: 10_000,
} as const

const MAX_KNOWN = 20_000

interface Known {
  /** The edges that connections between these ends belong to. */
  readonly edges: readonly PlacedEdge[]
  readonly placedMs: number
}

interface Failing {
  lastMs: number
  worked: boolean
}

interface Waiting extends RecordAt {
  /** When the change was seen. */
  readonly atMs: number
  readonly quiet: boolean
  /** Its container may be missing from the report ({@link mayLackContainer}). */
  readonly isEarly: boolean
}

/**
 * Records that existed before come first: another record of the same edge is no news then. So it does not matter which report
 * was looked at first.
 */
const inMeetingOrder = ([, one]: readonly [string, Waiting], [, other]: readonly [string, Waiting]): number =>
  Number(other.quiet) - Number(one.quiet) || one.atMs - other.atMs

/** Finds edges that are new or failing. Only connection records that changed are looked at. */
export class EdgeTracker {
  readonly #pipeline: () => Pipeline
  #nowMs = 0
  /** When a host may last have been given another name; edges that were resolved before may have the old one. */
  #renamedMs = Number.NEGATIVE_INFINITY
  /** Resolved edges by {@link endsKey}. */
  readonly #ends: LRUCache<string, Known>
  /** Edges seen before, by `serviceKey`; failing edges, by `key`. */
  readonly #edges: LRUCache<string, true>
  readonly #failing: LRUCache<string, Failing>
  /** Records to be resolved, by {@link endsKey}, oldest first: new ones, and those to be resolved again. */
  readonly #fresh = new Map<string, Waiting>()
  readonly #stale = new Map<string, Waiting>()
  /** Records with failures that were not reported yet, by {@link endsKey}. */
  readonly #failed = new Map<string, RecordAt>()
  /** When it was last looked which edges of a probe's records are in use. */
  readonly #seen: LRUCache<string, number>

  /** @param pipeline gives what finds the edges of records; called when some are due */
  constructor(pipeline: () => Pipeline) {
    this.#pipeline = pipeline
    // By `max` it would have memory for all from the beginning.
    const count = { maxSize: MAX_KNOWN, sizeCalculation: () => 1 }
    const bounds = {
      ...count,
      ttl: edgeTimes.knownMs,
      ttlResolution: 0,
      updateAgeOnGet: true,
      perf: { now: () => this.#nowMs },
    }
    this.#ends = new LRUCache(bounds)
    this.#edges = new LRUCache(bounds)
    this.#failing = new LRUCache(bounds)
    this.#seen = new LRUCache(count)
  }

  /**
   * Takes in a new report of a probe.
   *
   * @param before the probe's previous report, of the same epoch; undefined when there is none, and then no failure
   *   is counted, because the totals may be from earlier times
   * @param quiet true while new records are taken as existing before: their edges are remembered, but not reported
   */
  update(before: HeldReport | undefined, now: HeldReport, nowMs: number, quiet: boolean): void {
    this.#nowMs = nowMs
    if (before?.report.host.name !== now.report.host.name) this.#renamedMs = nowMs
    this.#seeAgain(now)
    for (const grown of grownRecords(before?.report, now.report)) {
      // Most records that grew have been known for long, and say something only where connections failed before.
      if (!grown.isNew && grown.failed === 0 && this.#failing.size === 0) continue
      const nodes = byId(now.report.nodes)
      const key = endsKey(grown.record, nodes)
      if (key === undefined) continue
      const isEarly = mayLackContainer(grown.record, before && byId(before.report.nodes), nodes)
      this.#take(key, grown, { probeId: now.report.envelope.probeId, quiet, isEarly })
    }
  }

  /**
   * The events that are due.
   *
   * @param mayPlace whether records may be resolved to edges, which costs about as much as rendering a view; when
   *   false, only failures of edges are reported that were resolved since a host was last given another name
   */
  due(held: readonly HeldReport[], nowMs: number, mayPlace: boolean): EventDraft[] {
    this.#nowMs = nowMs
    const fresh = [...this.#fresh].filter(([, { atMs }]) => atMs + edgeTimes.settleMs <= nowMs)
    const failing = [...this.#failed].filter(([key]) => !this.#isTooEarly(key))
    const isPlacing = mayPlace && this.placingDueMs <= nowMs
    if (isPlacing) this.#place([...fresh, ...this.#stale, ...failing], held)

    // Failures first: a new edge that fails is reported as failing only, not as new as well.
    const drafts = failing.flatMap(([key]) => this.#tellFailed(key, isPlacing))
    if (!isPlacing) return drafts
    for (const [key, { atMs, quiet }] of [...fresh, ...this.#stale].sort(inMeetingOrder)) {
      this.#fresh.delete(key)
      for (const edge of this.#ends.get(key)?.edges ?? []) drafts.push(...this.#meet(edge, atMs, quiet))
    }
    this.#stale.clear()
    return drafts
  }

  /** When records have to be resolved next; Infinity when none wait. */
  get placingDueMs(): number {
    const isWanted = (key: string): boolean => !this.#isResolved(key) && !this.#isTooEarly(key)
    if (this.#failed.size > 0 && [...this.#failed.keys()].some(isWanted)) return this.#nowMs
    const [fresh] = this.#fresh.values()
    const [stale] = this.#stale.values()
    return Math.min(
      fresh ? fresh.atMs + edgeTimes.settleMs : Number.POSITIVE_INFINITY,
      stale ? stale.atMs + edgeTimes.staleMs : Number.POSITIVE_INFINITY,
    )
  }

  /** Sees the edges of a report again that are in use: most of their records are not looked at when they grow. */
  #seeAgain({ report: { envelope, nodes, connections } }: HeldReport): void {
    const { probeId, uptimeMs } = envelope
    const seenMs = this.#seen.get(probeId)
    if (seenMs === undefined) this.#seen.set(probeId, this.#nowMs)
    if (seenMs === undefined || this.#nowMs - seenMs < edgeTimes.seenMs) return
    this.#seen.set(probeId, this.#nowMs)
    const usedMs = uptimeMs - (this.#nowMs - seenMs)
    const known = byId(nodes)
    for (const record of connections) {
      if (record.open === 0 && record.lastMs < usedMs) continue
      const key = endsKey(record, known)
      const edges = key === undefined ? undefined : this.#ends.get(key)?.edges
      // To look them up makes them young again.
      for (const { serviceKey } of edges ?? []) this.#edges.get(serviceKey)
    }
  }

  #take(
    key: string,
    { record, isNew, failed, opened }: Grown,
    { probeId, quiet, isEarly }: Pick<Waiting, 'probeId' | 'quiet' | 'isEarly'>,
  ): void {
    const at = { probeId, recordId: record.id }
    if (isNew || failed > 0) this.#await(key, { ...at, atMs: this.#nowMs, quiet, isEarly }, isNew)
    if (failed > 0) this.#failed.set(key, at)
    else if (opened > 0) this.#work(key)
  }

  #await(key: string, waiting: Waiting, isNew: boolean): void {
    const known = this.#ends.get(key)
    if (known !== undefined && this.#nowMs - known.placedMs < edgeTimes.placedMs) return
    if (known === undefined && !isNew) return
    const list = known === undefined ? this.#fresh : this.#stale
    const earlier = list.get(key)
    if (earlier === undefined) {
      if (list.size < MAX_KNOWN) list.set(key, waiting)
    } else if (waiting.quiet && waiting.atMs === earlier.atMs) list.set(key, { ...earlier, quiet: true })
  }

  #isTooEarly(key: string): boolean {
    const waiting = this.#fresh.get(key)
    return waiting?.isEarly === true && waiting.atMs + edgeTimes.settleMs > this.#nowMs
  }

  /** Whether the edges of these ends are known, with the names that hosts have now. */
  #isResolved(key: string): boolean {
    const known = this.#ends.peek(key)
    return known !== undefined && known.placedMs >= this.#renamedMs
  }

  #place(wanted: readonly (readonly [string, RecordAt])[], held: readonly HeldReport[]): void {
    const placed = resolveEdges(new Map(wanted), held, this.#pipeline())
    for (const [key, edges] of placed) this.#ends.set(key, { edges, placedMs: this.#nowMs })
  }

  #tellFailed(key: string, isPlaced: boolean): EventDraft[] {
    if (!isPlaced && !this.#isResolved(key)) return []
    // A record that disappeared before it could be resolved is dropped.
    this.#failed.delete(key)
    return this.#ends.get(key)?.edges.flatMap((edge) => this.#fail(edge)) ?? []
  }

  #work(key: string): void {
    if (this.#failing.size === 0) return
    for (const edge of this.#ends.get(key)?.edges ?? []) {
      const failing = this.#failing.get(edge.key)
      if (failing !== undefined) failing.worked = true
    }
  }

  #fail(edge: PlacedEdge): EventDraft[] {
    const failing = this.#failing.get(edge.key)
    const isHealed = failing?.worked === true && this.#nowMs - failing.lastMs >= edgeTimes.healMs
    this.#failing.set(edge.key, { lastMs: this.#nowMs, worked: false })
    this.#edges.set(edge.serviceKey, true)
    if (failing !== undefined && !isHealed) return []
    const { source, target, port } = edge
    const text = `${source.label} fails to connect to ${target.label} on port ${port}`
    return [this.#draft('edge-failing', edge, this.#nowMs, text)]
  }

  #meet(edge: PlacedEdge, atMs: number, quiet: boolean): EventDraft[] {
    const isKnown = this.#edges.get(edge.serviceKey) !== undefined
    this.#edges.set(edge.serviceKey, true)
    const { source, target, port } = edge
    if (isKnown || quiet || source.id === target.id) return []
    return [
      this.#draft('edge-new', edge, atMs, `${source.label} connects to ${target.label} on port ${port}`),
    ]
  }

  #draft(
    kind: EventDraft['kind'],
    { id, source, target, port }: PlacedEdge,
    atMs: number,
    text: string,
  ): EventDraft {
    const edge = { id, source: source.id, target: target.id, port }
    return { kind, atMs, text, nodes: [source, target], edge }
  }
}
