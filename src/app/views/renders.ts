import { diffViews } from '../../topology/diff.ts'
import { equalValues } from '../../topology/equal.ts'
import { GROUP, OPEN, REST } from '../../topology/grouping/grouping-options.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { keepLatest } from '../../topology/keep-latest.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import type { AskedQuery } from '../../topology/query/filter/view-filter.ts'
import { NETWORKS } from '../../topology/view/options/networks-option.ts'
import type { View } from '../../topology/view/view.ts'
import type { ViewOptions } from '../../topology/views.ts'
import { entityTags } from '../http/sending/entity-tags.ts'
import { KeptChunks } from '../http/sending/kept-chunks.ts'
import { SharedDocument } from '../http/sending/shared-document.ts'
import { DocumentChunks } from './document-chunks.ts'
import type { ShownView } from './encode.ts'

/** A view rendered with certain options, in its current state. */
export interface Render {
  /** The same object as long as nothing in it changes. */
  readonly view: ShownView
  /** The view as a `ViewDocument`, encoded once per change. */
  readonly document: SharedDocument
}

interface CachedRender {
  /** Of the reports that it was made from. */
  readonly revision: number
  readonly render: Render
  /** Whether it was asked for since the last sweep. */
  isInUse: boolean
}

/** A set of reports. It is held weakly: with the latest at hand, nobody needs one that was replaced. */
interface KnownReports {
  readonly held: WeakRef<readonly HeldReport[]>
  /** Counts the sets of reports. */
  readonly revision: number
}

/** How old reports may be when answering about one node: so much per probe, up to `STALE_MS`. */
const STALE_MS_PER_PROBE = 5
const STALE_MS = 250

/** Most renders to keep; each takes about as much memory as its nodes and edges. */
const MAX_RENDERS = 64

/** Most other things to keep that are made of one set of reports. */
const MAX_MADE = 64

/** Renders views from the current reports, once per change, for all requests and sockets together. */
export class Renders {
  readonly #makePipeline: () => Pipeline
  #pipeline: Pipeline | undefined
  /** Whether it was asked for since the last sweep. */
  #isPipelineInUse = false
  readonly #held: () => readonly HeldReport[]
  readonly #nowMs: () => number
  readonly #kept: KeptChunks
  readonly #nextTag = entityTags()
  readonly #chunks = new DocumentChunks()
  /** Least recently used first. */
  readonly #cache = new Map<string, CachedRender>()
  #known: KnownReports | undefined
  /** What {@link once} has made of the reports of this revision. */
  #made: { readonly revision: number; readonly values: Map<string, unknown> } = {
    revision: 0,
    values: new Map(),
  }
  /** Those that a view was last rendered from. */
  #latest: { readonly held: WeakRef<readonly HeldReport[]>; readonly atMs: number } | undefined

  /**
   * @param held the current reports; the same array until they change
   * @param makePipeline makes what views are made by; it is asked about these reports only
   * @param kept counts the encoded views that are kept
   * @param nowMs a monotonic clock
   */
  constructor(
    held: () => readonly HeldReport[],
    makePipeline: () => Pipeline,
    kept = new KeptChunks(),
    nowMs: () => number = () => performance.now(),
  ) {
    this.#held = held
    this.#makePipeline = makePipeline
    this.#kept = kept
    this.#nowMs = nowMs
  }

  /**
   * What views are made by. It remembers as much as all reports take, so ask for it whenever it is needed, and do not keep it:
   * it is let go of while nobody needs it.
   */
  get pipeline(): Pipeline {
    this.#isPipelineInUse = true
    this.#pipeline ??= this.#makePipeline()
    return this.#pipeline
  }

  /** Renders a view, or returns the cached render if nothing has changed. */
  get(viewId: string, options: ViewOptions, filter?: AskedQuery): Render {
    const key = renderKey(viewId, options, filter)
    const revision = this.#revision()
    const cached = this.#cache.get(key)
    const render =
      cached?.revision === revision ? cached.render : this.#renew(viewId, options, filter, cached?.render)
    this.#cache.delete(key)
    this.#cache.set(key, { revision, render, isInUse: true })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > MAX_RENDERS && oldest !== undefined) this.#drop(oldest)
    return render
  }

  /**
   * The reports from which to answer a request about one node: those that a view was just rendered from if they are
   * recent enough, else the current ones. With many probes the reports change all the time, and joining them for a
   * single node would cost as much as rendering the map. "Recent enough" is 5 ms per probe, at most 250 ms.
   */
  recentReports(): readonly HeldReport[] {
    const held = this.#held()
    const staleMs = Math.min(STALE_MS, STALE_MS_PER_PROBE * held.length)
    const isRecent = this.#latest !== undefined && this.#nowMs() - this.#latest.atMs <= staleMs
    return (isRecent && this.#latest?.held.deref()) || held
  }

  /**
   * Call from time to time: drops what nobody asked for since the last call, of the renders and of what the pipeline makes
   * them by, and in the end the pipeline itself. A render of the current reports stays, as it costs nothing to give it once
   * more.
   */
  sweep(): void {
    this.#pipeline?.sweep()
    const revision = this.#revision()
    if (this.#made.revision !== revision) this.#made = { revision, values: new Map() }
    for (const [key, cached] of this.#cache) {
      if (cached.isInUse) cached.isInUse = false
      else if (cached.revision !== revision) this.#drop(key)
    }
    if (this.#cache.size === 0 && !this.#isPipelineInUse) this.#pipeline = undefined
    this.#isPipelineInUse = false
  }

  /**
   * What is made of the current reports, once for all who ask until the reports change.
   *
   * @param key tells it from all else that is made so; the same key stands for the same type
   */
  once<Value>(key: string, make: () => Value): Value {
    const revision = this.#revision()
    if (this.#made.revision !== revision) this.#made = { revision, values: new Map() }
    const { values } = this.#made
    if (values.has(key)) return values.get(key) as Value
    const value = make()
    keepLatest(values, key, value, MAX_MADE)
    return value
  }

  /** Renders a view and, if it has closed groups, also the same view without groups, in which the members are nodes. */
  views(viewId: string, options: ViewOptions): { readonly view: View; readonly ungrouped?: View } {
    const { view } = this.get(viewId, options)
    if (view.members === undefined) return { view }
    const { [GROUP]: _, [OPEN]: __, [REST]: ___, [NETWORKS]: ____, ...plain } = options
    return { view, ungrouped: this.get(viewId, plain).view }
  }

  /** Which set of reports is the current one. */
  #revision(): number {
    const held = this.#held()
    if (this.#known?.held.deref() !== held)
      this.#known = { held: new WeakRef(held), revision: (this.#known?.revision ?? 0) + 1 }
    return this.#known.revision
  }

  #drop(key: string): void {
    this.#cache.get(key)?.render.document.forget()
    this.#cache.delete(key)
  }

  #renew(
    viewId: string,
    options: ViewOptions,
    filter: AskedQuery | undefined,
    previous: Render | undefined,
  ): Render {
    const held = this.#held()
    const view = filter
      ? this.pipeline.filtered(viewId, options, filter, held)
      : this.pipeline.view(viewId, options, held)
    this.#latest = { held: new WeakRef(held), atMs: this.#nowMs() }
    if (previous === undefined || !saySame(previous.view, view)) return this.#renderOf(view, previous)
    return previous.view.members === view.members ? previous : { view, document: previous.document }
  }

  #renderOf(view: ShownView, previous: Render | undefined): Render {
    const document = new SharedDocument({
      tag: this.#nextTag(),
      source: (earlier) => this.#chunks.of(view, earlier),
      kept: this.#kept,
      previous: previous?.document,
    })
    return { view, document }
  }
}

/** Whether the documents of two views say the same; they tell nothing of the members of groups. */
const saySame = (a: ShownView, b: ShownView): boolean =>
  !followsWithChange(a, b) && diffViews(a, b) === undefined && equalValues(a.query, b.query)

/** Whether a view was made from another one by changing nodes or edges, which then need not be compared. */
const followsWithChange = (a: ShownView, { change }: ShownView): boolean =>
  change !== undefined && change.nodes.length + change.edges.length > 0 && change.since.deref() === a

/** Key of a view with its options and filter, for caches and shared channels. */
export const renderKey = (viewId: string, options: ViewOptions, filter?: AskedQuery): string =>
  JSON.stringify([
    viewId,
    ...Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)),
    ...(filter ? [{ q: filter.text }] : []),
  ])
