import { createMemo } from 'solid-js'
import type { CompletionDocument, ViewDocument } from '../../../src/api/types.ts'
import { fetchCompletion, fetchSelected } from '../../data/api.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { settings } from '../../settings.ts'
import { follow } from '../follow.ts'

/** What {@link createSearchInGroups} depends on. */
export interface SearchInGroupsSources {
  readonly graph: () => Graph
  /** The view that is shown: its id, and its options as a query string, or empty. */
  readonly view: () => { readonly id: string; readonly query: string } | undefined
  readonly options: () => Readonly<Record<string, string>>
  /** Text in the search box, updated when typing pauses. */
  readonly typed: () => string
  readonly caret: () => number
  /**
   * The typed query joined with the filter of the map; the filter alone when nothing valid is typed; undefined without
   * both.
   */
  readonly asked: () => string | undefined
}

/**
 * Search results that only the app can give, because the page does not hold the members of closed groups. Both
 * functions return undefined when there are no closed groups, and until the app has answered.
 */
export interface SearchInGroups {
  /** The part of the view that a query selects. */
  readonly selected: (query: string) => ViewDocument | undefined
  readonly completion: (text: string, at: number) => CompletionDocument | undefined
}

/** Asks the app while there is text in the search box and the map has closed groups. */
export function createSearchInGroups(sources: SearchInGroupsSources): SearchInGroups {
  const isNeeded = createMemo(
    () => sources.typed().trim() !== '' && [...sources.graph().nodes.values()].some(isClosedGroup),
  )
  const intervalMs = settings.data.searchPollMs
  const selected = follow(
    () => {
      const view = sources.view()
      const query = sources.asked()
      return isNeeded() && view && query ? { view: view.id, options: view.query, query } : undefined
    },
    {
      ask: ({ view, options, query }, signal) => fetchSelected(view, query, options, signal),
      intervalMs,
      keyOf: (target) => JSON.stringify(target),
    },
  )
  const completion = follow(
    () =>
      isNeeded() ? { text: sources.typed(), at: sources.caret(), options: sources.options() } : undefined,
    {
      ask: async ({ text, at, options }, signal) => ({
        text,
        at,
        document: await fetchCompletion(text, at, options, signal),
      }),
      intervalMs,
      keyOf: (target) => JSON.stringify(target),
    },
  )
  return {
    selected(query) {
      const answer = selected.answer()
      return answer?.query?.text === query ? answer : undefined
    },
    completion(text, at) {
      const answer = completion.answer()
      return answer?.text === text && answer.at === at ? answer.document : undefined
    },
  }
}
