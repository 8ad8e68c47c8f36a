import type { SearchDocument } from '../../../src/api/types.ts'
import { fetchSearch } from '../../data/api.ts'
import { narrowed, readQuery } from '../../domain/search/search.ts'
import { settings } from '../../settings.ts'

/** What is typed in the palette, and what it is typed beside. */
export interface PaletteSearch {
  readonly words: string
  /** Text of the filter; empty = there is none. */
  readonly filter: string
  /** Chosen options of views. */
  readonly options: Readonly<Record<string, string>>
}

/** What the app has found of what is typed in the palette. */
export interface FoundForPalette {
  /** In all views, whatever the filter selects. */
  readonly all: SearchDocument
  /** That of it which the filter selects; undefined when there is no filter, or the app does not take it together with what is typed. */
  readonly selected: SearchDocument | undefined
}

/** Finds a text as it stands in all views, and what of that the filter selects: the page does not hold the members of closed groups. */
export const searchForPalette = async (
  { words, filter, options }: PaletteSearch,
  signal: AbortSignal,
): Promise<FoundForPalette> => {
  const ask = (query: string) => fetchSearch(query, options, settings.search.matchesPerView, signal)
  const typed = `"${words.replaceAll('"', '\\"')}"`
  const [held, read] = [readQuery(filter), readQuery(typed)]
  const within = held.kind === 'query' && read.kind === 'query' ? narrowed(held.query, read.query) : undefined
  const [all, selected] = await Promise.all([
    ask(typed),
    // Together they may be longer than a query may be. What is not known to be selected is taken for what the filter hides.
    within === undefined ? undefined : ask(within).catch(() => undefined),
  ])
  return { all, selected }
}
