import { batch, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type { CompletionDocument, SearchDocument } from '../../../src/api/types.ts'
import { fetchSearch } from '../../data/api.ts'
import { loadPart } from '../../data/load-part.ts'
import { whenIdle } from '../../data/when-idle.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import type { Focus } from '../../domain/node/neighbours.ts'
import type { Finder } from '../../domain/search/finder.ts'
import { askedQuery, foundWith, narrowed, type ReadQuery, readQuery } from '../../domain/search/search.ts'
import { settings } from '../../settings.ts'
import { follow } from '../follow.ts'
import { createSearchInGroups } from './search-in-groups.ts'

/** State of the search box: the typed text, what it finds, and the filter of the map. */
export interface SearchState {
  readonly text: () => string
  readonly type: (text: string, caret: number) => void
  readonly moveCaret: (caret: number) => void
  readonly read: () => ReadQuery
  /** What the typed text finds in the current view; undefined when it is empty or not a valid query, and until what finds is loaded. */
  readonly found: () => Focus | undefined
  /** The filter in the page's address. */
  readonly filter: () => ReadQuery
  /**
   * What the app finds in all views for the typed text and the filter together or, when nothing is typed, for the
   * filter.
   */
  readonly results: () => SearchDocument | undefined
  /** Completions of the text at the caret; none until what finds is loaded. */
  readonly completion: () => CompletionDocument
}

/** What {@link createSearch} depends on. */
export interface SearchSources {
  readonly graph: () => Graph
  /** The view that is shown: its id, and its options as a query string, or empty. */
  readonly view: () => { readonly id: string; readonly query: string } | undefined
  /** Text of the filter. */
  readonly filter: () => string
  /** Chosen options of views. */
  readonly options: () => Readonly<Record<string, string>>
}

/** The state of the search box. */
export function createSearch(sources: SearchSources): SearchState {
  const [text, setText] = createSignal('')
  const [caret, moveCaret] = createSignal(0)
  const [pausedText, setPausedText] = createSignal('')
  createEffect(() => {
    const typed = text()
    const timer = window.setTimeout(
      () => setPausedText(typed),
      typed === '' ? 0 : settings.data.searchPauseMs,
    )
    onCleanup(() => window.clearTimeout(timer))
  })
  const read = createMemo(() => readQuery(text()))
  // Apart, since the address changes for many other reasons, and a query that is read again is another one.
  const filterText = createMemo(() => sources.filter())
  const filter = createMemo(() => readQuery(filterText()))
  const within = () => {
    const held = filter()
    return held.kind === 'query' ? held.query : undefined
  }
  const asked = createMemo(() => askedQuery(readQuery(pausedText()), filter()))
  const { answer } = follow(
    () => {
      const query = asked()
      return query === undefined ? undefined : { query, options: sources.options() }
    },
    {
      ask: ({ query, options }, signal) =>
        fetchSearch(query, options, settings.search.matchesPerView, signal),
      intervalMs: settings.data.searchPollMs,
      keyOf: () => 'search',
    },
  )
  const inGroups = createSearchInGroups({ ...sources, typed: pausedText, caret, asked })
  // It is needed only once somebody types, so it comes after what is seen first.
  const [finder, setFinder] = createSignal<Finder>()
  let isAskedFor = false
  const load = () => {
    if (isAskedFor) return
    isAskedFor = true
    void loadPart(() => import('../../domain/search/finder.ts')).then(({ createFinder }) =>
      setFinder(createFinder()),
    )
  }
  const isMapThere = createMemo(() => sources.graph().nodes.size > 0)
  createEffect(() => {
    if (isMapThere()) onCleanup(whenIdle(load))
  })
  const found = createMemo((): Focus | undefined => {
    const typed = read()
    if (typed.kind !== 'query') return undefined
    load()
    const by = finder()
    if (by === undefined) return undefined
    const graph = sources.graph()
    const here = by.find(graph, typed.query)
    const query = narrowed(within(), typed.query)
    const all = foundWith(here, inGroups.selected(query))
    // So many labels have no room for more than names.
    if (all.nodes.size > settings.search.explained) return all
    const nodes = [...here.nodes].flatMap((id) => graph.nodes.get(id) ?? [])
    const results = answer()
    // What was found for something typed before says nothing of this.
    const matches = results?.query === query ? results.matches : []
    const elsewhere = matches.filter(({ view }) => view === sources.view()?.id)
    return { ...all, reasons: by.reasons(nodes, typed.query, elsewhere) }
  })
  const completionHere = (): CompletionDocument => {
    load()
    return finder()?.complete(sources.graph(), text(), caret()) ?? { from: caret(), to: caret(), items: [] }
  }
  return {
    text,
    type(typed, at) {
      batch(() => {
        setText(typed)
        moveCaret(at)
      })
    },
    moveCaret,
    read,
    found,
    filter,
    results: answer,
    completion: () => inGroups.completion(text(), caret()) ?? completionHere(),
  }
}
