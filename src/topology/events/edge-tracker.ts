import { LRUCache } from 'lru-cache'
import { byId } from '../../report/by-id.ts'
import type { HeldReport } from '../held-report.ts'
import type { RenderContext } from '../render-context.ts'
import type { EventDraft } from './draft.ts'
import type { PlacedEdge } from './place-edge.ts'
import { endsKey, type Grown, grownRecords } from './record-growth.ts'
import { type RecordAt, resolveEdges } from './resolve-edges.ts'

/** How long what happens to edges is waited for and remembered. */
export const edgeTimes = {
  /** What a connection belongs to may be found out shortly after it was made. */
  settleMs: 3_000,
  /** An edge that was not there for so long is new again. */
  knownMs: 3_600_000,
  /** A failing edge that worked, and did not fail for so long, has healed. */
  healMs: 60_000,
  /** What an address leads to may change; where it matters it is found out anew after so long. */
  placedMs: 60_000,
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
}

/** Follows which edges are new and which fail, by the connection records that changed. */
export class EdgeTracker {
  readonly #context: RenderContext
  #nowMs = 0
  /** By the ends of records, as far as their report knows them. */
  readonly #ends: LRUCache<string, Known>
  readonly #edges: LRUCache<string, true>
  readonly #failing: LRUCache<string, Failing>
  /** By the ends of records: new ones, and those that failed just now. */
  readonly #fresh = new Map<string, Waiting>()
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
    const nodes = byId(now.report.nodes)
    for (const grown of grownRecords(before?.report, now.report)) {
      const key = endsKey(grown.record, nodes)
      if (key !== undefined) this.#take(key, grown, now.report.envelope.probeId, quiet)
    }
  }

  /** What is to be told by now. */
  due(held: readonly HeldReport[], nowMs: number): EventDraft[] {
    this.#nowMs = nowMs
    const fresh = [...this.#fresh].filter(([, { atMs }]) => atMs + edgeTimes.settleMs <= nowMs)
    const failed = [...this.#failed]
    if (fresh.length + failed.length === 0) return []
    this.#failed.clear()
    const unplaced = [...fresh, ...failed.filter(([key]) => !this.#isPlaced(key))]
    const placed = resolveEdges(new Map(unplaced), held, this.#context)
    for (const [key, edges] of placed) this.#ends.set(key, { edges, placedMs: nowMs })
    // Failing first: that a new edge fails says that it is new.
    const drafts = failed.flatMap(([key]) =>
      (this.#ends.get(key)?.edges ?? []).flatMap((edge) => this.#fail(edge)),
    )
    for (const [key, { quiet, atMs }] of fresh) {
      this.#fresh.delete(key)
      for (const edge of placed.get(key) ?? []) drafts.push(...this.#meet(edge, atMs, quiet))
    }
    return drafts
  }

  /** When {@link due} has something to tell next; Infinity when nothing waits. */
  get dueMs(): number {
    if (this.#failed.size > 0) return this.#nowMs
    // All wait equally long, so the first to come is the first to go.
    const [first] = this.#fresh.values()
    return first ? first.atMs + edgeTimes.settleMs : Number.POSITIVE_INFINITY
  }

  #take(key: string, { record, isNew, failed, opened }: Grown, probeId: string, quiet: boolean): void {
    const at = { probeId, recordId: record.id }
    if (isNew && !this.#isPlaced(key) && !this.#fresh.has(key) && this.#fresh.size < MAX_KNOWN)
      this.#fresh.set(key, { ...at, atMs: this.#nowMs, quiet })
    if (failed > 0) this.#failed.set(key, at)
    else if (opened > 0) this.#work(key)
  }

  #isPlaced(key: string): boolean {
    const known = this.#ends.get(key)
    return known !== undefined && this.#nowMs - known.placedMs < edgeTimes.placedMs
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
    this.#edges.set(edge.key, true)
    if (failing !== undefined && !isHealed) return []
    const { source, target, port } = edge
    const text = `${source.label} fails to connect to ${target.label} on port ${port}`
    return [this.#draft('edge-failing', edge, this.#nowMs, text)]
  }

  #meet(edge: PlacedEdge, atMs: number, quiet: boolean): EventDraft[] {
    const isKnown = this.#edges.get(edge.key) !== undefined
    this.#edges.set(edge.key, true)
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
