import type { SearchDocument } from '../../../src/api/types.ts'
import { anyOf } from '../../../src/topology/query/language/ast.ts'
import { literal } from '../../../src/topology/query/language/pattern.ts'
import { fetchSearch } from '../../data/api.ts'
import { narrowed, readQuery } from '../../domain/search/search.ts'
import { settings } from '../../settings.ts'

/** What is typed in the palette, and what it is typed beside. */
export interface PaletteSearch {
  readonly words: string
  /** Text of the filter; empty = there is none. */
  readonly filter: string
  /** Id of the view that is shown. */
  readonly view: string | undefined
  /** Chosen options of views. */
  readonly options: Readonly<Record<string, string>>
}

/** What the app has found of what is typed in the palette. */
export interface FoundForPalette {
  /** In all views, whatever the filter selects. */
  readonly all: SearchDocument
  /**
   * That of it which the filter selects in the view that is shown; undefined when there is no filter, nothing was found there, or the
   * app does not take the filter together with that.
   */
  readonly selected: SearchDocument | undefined
}

/**
 * Finds a text as it stands in all views, and what the filter selects of that in the view that is shown: the page does not hold the members
 * of closed groups.
 */
export const searchForPalette = async (
  { words, filter, view, options }: PaletteSearch,
  signal: AbortSignal,
): Promise<FoundForPalette> => {
  const ask = (query: string) => fetchSearch(query, options, settings.search.matchesPerView, signal)
  const all = await ask(`"${words.replaceAll('"', '\\"')}"`)
  const held = readQuery(filter)
  const here = all.matches.filter((match) => match.view === view)
  if (held.kind !== 'query' || here.length === 0) return { all, selected: undefined }
  // By their ids: the best matches of the text and the filter together may be others than those of the text alone.
  const those = anyOf(
    here.map(({ id }) => ({ kind: 'match', field: 'id', operator: '=', pattern: literal(id) })),
  )
  // Together they may be longer than a query may be. What is not known to be selected is taken for what the filter hides.
  const selected = await ask(narrowed(held.query, those)).catch(() => undefined)
  return { all, selected }
}
