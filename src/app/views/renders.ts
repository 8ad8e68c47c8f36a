import { diffViews } from '../../topology/diff.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { type RenderContext, renderView, type View } from '../../topology/render.ts'
import type { ViewOptions } from '../../topology/views.ts'
import { encodeDocument } from './encode.ts'

/** A view with options chosen, as it is now. */
export interface Render {
  /** The same object for as long as nothing in it changes. */
  readonly view: View
  /** The view as a JSON `ViewDocument` in UTF-8, made once per change. */
  document(): Uint8Array<ArrayBuffer>
}

interface CachedRender {
  readonly held: readonly HeldReport[]
  readonly render: Render
}

/** Views with options that are kept; each costs about what its nodes and edges cost. */
const MAX_RENDERS = 64

/** Views made from the reports held now, once per change, for every request and socket together. */
export class Renders {
  readonly #held: () => readonly HeldReport[]
  readonly #context: RenderContext
  /** Least recently used first. */
  readonly #cache = new Map<string, CachedRender>()

  /**
   * @param held the reports of now; the same array until they change
   * @param context what views depend on besides
   */
  constructor(held: () => readonly HeldReport[], context: RenderContext) {
    this.#held = held
    this.#context = context
  }

  /** The view as it is now. */
  get(viewId: string, options: ViewOptions): Render {
    const key = renderKey(viewId, options)
    const held = this.#held()
    const cached = this.#cache.get(key)
    const render = cached?.held === held ? cached.render : this.#renew(viewId, options, held, cached?.render)
    this.#cache.delete(key)
    this.#cache.set(key, { held, render })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > MAX_RENDERS && oldest !== undefined) this.#cache.delete(oldest)
    return render
  }

  #renew(
    viewId: string,
    options: ViewOptions,
    held: readonly HeldReport[],
    previous: Render | undefined,
  ): Render {
    const view = renderView(viewId, options, held, this.#context)
    const isSame = previous !== undefined && diffViews(previous.view, view) === undefined
    return isSame ? previous : renderOf(view)
  }
}

const renderOf = (view: View): Render => {
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
export const renderKey = (viewId: string, options: ViewOptions): string =>
  JSON.stringify([viewId, ...Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))])
