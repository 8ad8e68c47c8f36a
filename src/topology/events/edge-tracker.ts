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
} as const

const MAX_KNOWN = 20_000

interface Known {
  /** Edges that stand for connections of these ends; undefined until they are placed. */
  edges: readonly PlacedEdge[] | undefined
}

interface Failing {
  lastMs: number
  worked: boolean
}

interface Waiting extends RecordAt {
  readonly dueMs: number
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
    const fresh = [...this.#fresh].filter(([, { dueMs }]) => dueMs <= nowMs)
    const failed = [...this.#failed]
    if (fresh.length + failed.length === 0) return []
    this.#failed.clear()
    const unplaced = [...fresh, ...failed.filter(([key]) => this.#ends.get(key)?.edges === undefined)]
    const placed = resolveEdges(new Map(unplaced), held, this.#context)
    for (const [key, edges] of placed) this.#ends.set(key, { edges })
    // Failing first: that a new edge fails says that it is new.
    const drafts = failed.flatMap(([key]) =>
      (this.#ends.get(key)?.edges ?? []).flatMap((edge) => this.#fail(edge)),
    )
    for (const [key, { quiet }] of fresh) {
      this.#fresh.delete(key)
      for (const edge of placed.get(key) ?? []) drafts.push(...this.#meet(edge, quiet))
    }
    return drafts
  }

  /** When {@link due} has something to tell next; Infinity when nothing waits. */
  get dueMs(): number {
    if (this.#failed.size > 0) return this.#nowMs
    // All wait equally long, so the first to come is the first to go.
    const [first] = this.#fresh.values()
    return first?.dueMs ?? Number.POSITIVE_INFINITY
  }

  #take(key: string, { record, isNew, failed, opened }: Grown, probeId: string, quiet: boolean): void {
    const known = this.#ends.get(key)
    const at = { probeId, recordId: record.id }
    if (known === undefined && isNew && !this.#fresh.has(key) && this.#fresh.size < MAX_KNOWN)
      this.#fresh.set(key, { ...at, dueMs: this.#nowMs + edgeTimes.settleMs, quiet })
    if (failed > 0) this.#failed.set(key, at)
    else if (opened > 0) for (const { id } of known?.edges ?? []) this.#work(id)
  }

  #work(edgeId: string): void {
    const failing = this.#failing.get(edgeId)
    if (failing !== undefined) failing.worked = true
  }

  #fail(edge: PlacedEdge): EventDraft[] {
    const failing = this.#failing.get(edge.id)
    const isHealed = failing?.worked === true && this.#nowMs - failing.lastMs >= edgeTimes.healMs
    this.#failing.set(edge.id, { lastMs: this.#nowMs, worked: false })
    this.#edges.set(edge.id, true)
    if (failing !== undefined && !isHealed) return []
    const { source, target, port } = edge
    return [
      this.#draft(
        'edge-failing',
        edge,
        `${source.label} fails to connect to ${target.label} on port ${port}`,
      ),
    ]
  }

  #meet(edge: PlacedEdge, quiet: boolean): EventDraft[] {
    const isKnown = this.#edges.get(edge.id) !== undefined
    this.#edges.set(edge.id, true)
    const { source, target, port } = edge
    if (isKnown || quiet || source.id === target.id) return []
    return [this.#draft('edge-new', edge, `${source.label} connects to ${target.label} on port ${port}`)]
  }

  #draft(kind: EventDraft['kind'], { id, source, target, port }: PlacedEdge, text: string): EventDraft {
    const edge = { id, source: source.id, target: target.id, port }
    return { kind, atMs: this.#nowMs, text, nodes: [source, target], edge }
  }
}
