import { keepLatest } from '../keep-latest.ts'
import { type AskedQuery, ViewFilter } from '../query/filter/view-filter.ts'
import { FoldedTexts } from '../query/match/folded-texts.ts'

/** Most filters to keep; each takes about as much memory as what it selects. */
const MAX_FILTERS = 64

interface KnownFilter {
  readonly filter: ViewFilter
  /** Whether it was asked for since the last sweep. */
  isInUse: boolean
}

/** The filters of all views of a pipeline, one for each view and query. */
export class Filters {
  /** The texts of the nodes of all views. */
  readonly texts = new FoldedTexts()
  /** Least recently asked for first. */
  readonly #known = new Map<string, KnownFilter>()

  /** @param view the key of a view with its options */
  of(view: string, asked: AskedQuery): ViewFilter {
    const key = JSON.stringify([view, asked.text])
    const filter = this.#known.get(key)?.filter ?? new ViewFilter(asked, this.texts)
    this.#known.delete(key)
    keepLatest(this.#known, key, { filter, isInUse: true }, MAX_FILTERS)
    return filter
  }

  /** Call from time to time: drops the filters that nobody asked for since the last call. */
  sweep(): void {
    for (const [key, known] of this.#known) {
      if (known.isInUse) known.isInUse = false
      else this.#known.delete(key)
    }
  }
}
