import { diffViews } from '../../topology/diff.ts'
import { equalValues } from '../../topology/equal.ts'
import { GROUP, OPEN } from '../../topology/grouping/grouping-options.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import type { Query } from '../../topology/query/language/ast.ts'
import { type FilteredView, filterView } from '../../topology/query/match/filter-view.ts'
import type { View } from '../../topology/view/view.ts'
import type { ViewOptions } from '../../topology/views.ts'
import { entityTags } from '../http/sending/entity-tags.ts'
import { encodeDocument, type ShownView } from './encode.ts'

/** A query to filter a view by. */
export interface ViewFilter {
  /** The query as the user wrote it. */
  readonly text: string
  readonly query: Query
}

/** A view rendered with certain options, in its current state. */
export interface Render {
  /** The same object as long as nothing in it changes. */
  readonly view: ShownView
  /** Entity tag of the document. */
  readonly tag: string
  /** The view as a JSON `ViewDocument` in UTF-8, made once per change. */
  document(): Uint8Array<ArrayBuffer>
}

interface CachedRender {
  readonly held: readonly HeldReport[]
  readonly render: Render
}

/** How old reports may be when answering about one node: so much per probe, up to `STALE_MS`. */
const STALE_MS_PER_PROBE = 5
const STALE_MS = 250

/** Most renders to keep; each takes about as much memory as its nodes and edges. */
const MAX_RENDERS = 64

/** Renders views from the current reports, once per change, for all requests and sockets together. */
export class Renders {
  /** What views are made by. */
  readonly pipeline: Pipeline
  readonly #held: () => readonly HeldReport[]
  readonly #nowMs: () => number
  readonly #nextTag = entityTags()
  /** Least recently used first. */
  readonly #cache = new Map<string, CachedRender>()
  #latest: { readonly held: readonly HeldReport[]; readonly atMs: number } | undefined

  /**
   * @param held the current reports; the same array until they change
   * @param pipeline what views are made by; asked about these reports only
   * @param nowMs a monotonic clock
   */
  constructor(
    held: () => readonly HeldReport[],
    pipeline: Pipeline,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#held = held
    this.pipeline = pipeline
    this.#nowMs = nowMs
  }

  /** Renders a view, or returns the cached render if nothing has changed. */
  get(viewId: string, options: ViewOptions, filter?: ViewFilter): Render {
    const key = renderKey(viewId, options, filter)
    const held = this.#held()
    const cached = this.#cache.get(key)
    const render =
      cached?.held === held ? cached.render : this.#renew(viewId, options, filter, cached?.render)
    this.#cache.delete(key)
    this.#cache.set(key, { held, render })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > MAX_RENDERS && oldest !== undefined) this.#cache.delete(oldest)
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
    return isRecent && this.#latest ? this.#latest.held : held
  }

  /** Renders a view and, if it has closed groups, also the same view without groups, in which the members are nodes. */
  views(viewId: string, options: ViewOptions): { readonly view: View; readonly ungrouped?: View } {
    const { view } = this.get(viewId, options)
    if (view.members === undefined) return { view }
    const { [GROUP]: _, [OPEN]: __, ...plain } = options
    return { view, ungrouped: this.get(viewId, plain).view }
  }

  #renew(
    viewId: string,
    options: ViewOptions,
    filter: ViewFilter | undefined,
    previous: Render | undefined,
  ): Render {
    const held = this.#held()
    const view = filter
      ? this.#filtered(viewId, options, filter, previous?.view)
      : this.pipeline.view(viewId, options, held)
    this.#latest = { held, atMs: this.#nowMs() }
    return previous !== undefined && saySame(previous.view, view) ? previous : renderOf(view, this.#nextTag())
  }

  #filtered(
    viewId: string,
    options: ViewOptions,
    { text, query }: ViewFilter,
    earlier: View | undefined,
  ): FilteredView {
    const { view, ungrouped } = this.views(viewId, options)
    return filterView(view, query, {
      text,
      ...(ungrouped ? { ungrouped } : {}),
      ...(earlier ? { earlier } : {}),
    })
  }
}

const saySame = (a: ShownView, b: ShownView): boolean =>
  diffViews(a, b) === undefined && equalValues(a.query, b.query)

const renderOf = (view: ShownView, tag: string): Render => {
  let json: Uint8Array<ArrayBuffer> | undefined
  return {
    view,
    tag,
    document() {
      json ??= Buffer.from(encodeDocument(view))
      return json
    },
  }
}

/** Key of a view with its options and filter, for caches and shared channels. */
export const renderKey = (viewId: string, options: ViewOptions, filter?: ViewFilter): string =>
  JSON.stringify([
    viewId,
    ...Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)),
    ...(filter ? [{ q: filter.text }] : []),
  ])
