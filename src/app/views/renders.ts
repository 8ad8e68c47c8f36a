import { diffViews } from '../../topology/diff.ts'
import { equalValues } from '../../topology/equal.ts'
import { GROUP, OPEN } from '../../topology/grouping/grouping-options.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Query } from '../../topology/query/language/ast.ts'
import { type FilteredView, filterView } from '../../topology/query/match/filter-view.ts'
import { type RenderContext, renderView, type View } from '../../topology/render.ts'
import type { ViewOptions } from '../../topology/views.ts'
import { encodeDocument, type ShownView } from './encode.ts'

/** A query that a view is to be cut to. */
export interface ViewFilter {
  /** As it was written. */
  readonly text: string
  readonly query: Query
}

/** A view with options chosen, as it is now. */
export interface Render {
  /** The same object for as long as nothing in it changes. */
  readonly view: ShownView
  /** The view as a JSON `ViewDocument` in UTF-8, made once per change. */
  document(): Uint8Array<ArrayBuffer>
}

interface CachedRender {
  readonly held: readonly HeldReport[]
  readonly render: Render
}

/** How old the reports of a question about one node may be for each probe there is, and at most. */
const STALE_MS_PER_PROBE = 5
const STALE_MS = 250

/** Views with options that are kept; each costs about what its nodes and edges cost. */
const MAX_RENDERS = 64

/** Views made from the reports held now, once per change, for every request and socket together. */
export class Renders {
  readonly #held: () => readonly HeldReport[]
  readonly #context: RenderContext
  readonly #nowMs: () => number
  /** Least recently used first. */
  readonly #cache = new Map<string, CachedRender>()
  #latest: { readonly held: readonly HeldReport[]; readonly atMs: number } | undefined

  /**
   * @param held the reports of now; the same array until they change
   * @param context what views depend on besides
   * @param nowMs a clock that only goes forward
   */
  constructor(
    held: () => readonly HeldReport[],
    context: RenderContext,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#held = held
    this.#context = context
    this.#nowMs = nowMs
  }

  /** The view as it is now. */
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
   * The reports to answer a question about one node from: of now, or those that a view was just made of. With many probes
   * there are others at every moment, and joining them all for one node would cost what the map costs. It is a matter of
   * milliseconds: 5 for each probe, at most 250.
   */
  recentReports(): readonly HeldReport[] {
    const held = this.#held()
    const staleMs = Math.min(STALE_MS, STALE_MS_PER_PROBE * held.length)
    const isRecent = this.#latest !== undefined && this.#nowMs() - this.#latest.atMs <= staleMs
    return isRecent && this.#latest ? this.#latest.held : held
  }

  /** The view as it is now, and where groups are closed in it, the same without groups: their members are there. */
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
      : renderView(viewId, options, held, this.#context)
    this.#latest = { held, atMs: this.#nowMs() }
    return previous !== undefined && saySame(previous.view, view) ? previous : renderOf(view)
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

const renderOf = (view: ShownView): Render => {
  let json: Uint8Array<ArrayBuffer> | undefined
  return {
    view,
    document() {
      json ??= Buffer.from(encodeDocument(view))
      return json
    },
  }
}

/** Names a view with its options: what is shared is shared under this key. */
export const renderKey = (viewId: string, options: ViewOptions, filter?: ViewFilter): string =>
  JSON.stringify([
    viewId,
    ...Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)),
    ...(filter ? [{ q: filter.text }] : []),
  ])
