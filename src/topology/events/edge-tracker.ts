import { LRUCache } from 'lru-cache'
import { byId } from '../../report/delta/by-id.ts'
import type { HeldReport } from '../held-report.ts'
import type { RenderContext } from '../render-context.ts'
import type { EventDraft } from './draft.ts'
import type { PlacedEdge } from './place-edge.ts'
import { endsKey, type Grown, grownRecords, mayLackContainer } from './record-growth.ts'
import { type RecordAt, resolveEdges } from './resolve-edges.ts'

/** How long what happens to edges is waited for and remembered. */
export const edgeTimes = {
  /** What a connection belongs to may be found out shortly after it was made. */
  settleMs: 3_000,
  /** An edge that was not there for so long is new again. */
  knownMs: 3_600_000,
  /** A failing edge that worked, and did not fail for so long, has healed. */
  healMs: 60_000,
  /** What an address leads to may change: after so long it is found out anew, should anything happen to it. */
  placedMs: 60_000,
  /** That can wait for so long, for others that have to be found out. */
  staleMs: 10_000,
} as const

const MAX_KNOWN = 20_000

interface Known {
  /** Edges that stand for connections of these ends. */
  readonly edges: readonly PlacedEdge[]
  readonly placedMs: number
}

interface Failing {
  lastMs: number
  worked: boolean
}

interface Waiting extends RecordAt {
  /** When it was first seen. */
  readonly atMs: number
  readonly quiet: boolean
  /** The container that it is of may not be told of yet. */
  readonly isEarly: boolean
}

/** Follows which edges are new and which fail, by the connection records that changed. */
export class EdgeTracker {
  readonly #context: RenderContext
  #nowMs = 0
  /** By the ends of records, as far as their report knows them. */
  readonly #ends: LRUCache<string, Known>
  /** By the keys of edges. */
  readonly #edges: LRUCache<string, true>
  readonly #failing: LRUCache<string, Failing>
  /** By the ends of records, in the order of time: new ones, and those to be found out anew. */
  readonly #fresh = new Map<string, Waiting>()
  readonly #stale = new Map<string, Waiting>()
  /** Those that failed since the last look. */
  readonly #failed = new Map<string, RecordAt>()

  constructor(context: RenderContext) {
    this.#context = context
    const bounds = {
      max: MAX_KNOWN,
      ttl: edgeTimes.knownMs,
      ttlResolution: 0,
      updateAgeOnGet: true,
      perf: { now: () => this.#nowMs },
    }
    this.#ends = new LRUCache(bounds)
    this.#edges = new LRUCache(bounds)
    this.#failing = new LRUCache(bounds)
  }

  /**
   * Takes what one probe says anew.
   *
   * @param before of the same epoch; undefined when there is none: its totals then tell of times before
   * @param quiet what is new was there before anybody looked
   */
  update(before: HeldReport | undefined, now: HeldReport, nowMs: number, quiet: boolean): void {
    this.#nowMs = nowMs
    for (const grown of grownRecords(before?.report, now.report)) {
      const nodes = byId(now.report.nodes)
      const key = endsKey(grown.record, nodes)
      if (key === undefined) continue
      const isEarly = mayLackContainer(grown.record, before && byId(before.report.nodes), nodes)
      this.#take(key, grown, { probeId: now.report.envelope.probeId, quiet, isEarly })
    }
  }

  /**
   * What is to be told by now.
   *
   * @param mayPlace whether edges may be found out, which costs about as much as a view; else only what happened to those
   *   known is told
   */
  due(held: readonly HeldReport[], nowMs: number, mayPlace: boolean): EventDraft[] {
    this.#nowMs = nowMs
    const fresh = [...this.#fresh].filter(([, { atMs }]) => atMs + edgeTimes.settleMs <= nowMs)
    const failing = [...this.#failed].filter(([key]) => !this.#isTooEarly(key))
    const isPlacing = mayPlace && this.placingDueMs <= nowMs
    if (isPlacing) this.#place([...fresh, ...this.#stale, ...failing], held)

    // Failing first: that a new edge fails says that it is new.
    const drafts = failing.flatMap(([key]) => this.#tellFailed(key, isPlacing))
    if (!isPlacing) return drafts
    for (const [key, { atMs, quiet }] of [...fresh, ...this.#stale]) {
      this.#fresh.delete(key)
      for (const edge of this.#ends.get(key)?.edges ?? []) drafts.push(...this.#meet(edge, atMs, quiet))
    }
    this.#stale.clear()
    return drafts
  }

  /** When edges have to be found out next; Infinity when none have to. */
  get placingDueMs(): number {
    const isUnknown = (key: string): boolean => !this.#ends.has(key) && !this.#isTooEarly(key)
    if (this.#failed.size > 0 && [...this.#failed.keys()].some(isUnknown)) return this.#nowMs
    const [fresh] = this.#fresh.values()
    const [stale] = this.#stale.values()
    return Math.min(
      fresh ? fresh.atMs + edgeTimes.settleMs : Number.POSITIVE_INFINITY,
      stale ? stale.atMs + edgeTimes.staleMs : Number.POSITIVE_INFINITY,
    )
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
    if (!list.has(key) && list.size < MAX_KNOWN) list.set(key, waiting)
  }

  #isTooEarly(key: string): boolean {
    const waiting = this.#fresh.get(key)
    return waiting?.isEarly === true && waiting.atMs + edgeTimes.settleMs > this.#nowMs
  }

  #place(wanted: readonly (readonly [string, RecordAt])[], held: readonly HeldReport[]): void {
    const placed = resolveEdges(new Map(wanted), held, this.#context)
    for (const [key, edges] of placed) this.#ends.set(key, { edges, placedMs: this.#nowMs })
  }

  #tellFailed(key: string, isPlaced: boolean): EventDraft[] {
    const known = this.#ends.get(key)
    // A record that is gone before anybody found out what it was of tells nothing.
    if (known !== undefined || isPlaced) this.#failed.delete(key)
    return known?.edges.flatMap((edge) => this.#fail(edge)) ?? []
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
