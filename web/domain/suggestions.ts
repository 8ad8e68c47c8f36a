import type { CompletionDocument, CompletionItem, SearchDocument, SearchMatch } from '../../src/api/types.ts'

/** Something below the search box that can be chosen. */
export type Suggestion =
  | { readonly kind: 'completion'; readonly item: CompletionItem }
  | { readonly kind: 'match'; readonly match: SearchMatch }

/** What a suggestion is known by, however the list changes around it. */
export function suggestionId(suggestion: Suggestion): string {
  return suggestion.kind === 'completion'
    ? `${suggestion.item.kind} ${suggestion.item.text}`
    : `${suggestion.match.view} ${suggestion.match.id}`
}

/** What a view has of what was searched. */
export interface MatchGroup {
  readonly view: string
  readonly name: string
  readonly matched: number
  readonly matches: readonly SearchMatch[]
}

/** The list below the search box, and all that can be chosen in it, in order. */
export interface SuggestionList {
  readonly completions: readonly CompletionItem[]
  readonly groups: readonly MatchGroup[]
  readonly all: readonly Suggestion[]
}

/** How long the parts of a list may be. */
export interface SuggestionLimits {
  readonly completions: number
  readonly matches: number
}

/**
 * The list for what was typed: ways to go on, and what was found, in the view that is shown first.
 *
 * @param results of the text typed; undefined while there is none
 */
export function suggestionList(
  text: string,
  completion: CompletionDocument,
  results: SearchDocument | undefined,
  currentView: string | undefined,
  limits: SuggestionLimits,
): SuggestionList {
  const completions = completion.items
    .filter((item) => !isName(item) && completed(text, completion, item).text.trim() !== text.trim())
    .slice(0, limits.completions)
  const groups = matchGroups(results, currentView, limits.matches)
  const all: Suggestion[] = [
    ...completions.map((item): Suggestion => ({ kind: 'completion', item })),
    ...groups.flatMap(({ matches }) => matches.map((match): Suggestion => ({ kind: 'match', match }))),
  ]
  return { completions, groups, all }
}

/** Names of nodes are found as nodes, which tells more. */
function isName({ kind, detail }: CompletionItem): boolean {
  return kind === 'value' && detail === 'name'
}

function matchGroups(
  results: SearchDocument | undefined,
  currentView: string | undefined,
  most: number,
): readonly MatchGroup[] {
  if (results === undefined) return []
  const withSome = results.views.filter(({ matched }) => matched > 0)
  const ordered = [
    ...withSome.filter(({ id }) => id === currentView),
    ...withSome.filter(({ id }) => id !== currentView),
  ]
  let left = most
  return ordered.map(({ id, name, matched }) => {
    const matches = results.matches.filter(({ view }) => view === id).slice(0, left)
    left -= matches.length
    return { view: id, name, matched, matches }
  })
}

/** The text after a completion, and where to go on. What is finished is followed by a space. */
export function completed(
  text: string,
  { from, to }: Pick<CompletionDocument, 'from' | 'to'>,
  { text: item, kind }: CompletionItem,
): { readonly text: string; readonly at: number } {
  const rest = text.slice(to)
  const space = (kind === 'value' || kind === 'keyword') && !rest.startsWith(' ') ? ' ' : ''
  const begun = `${text.slice(0, from)}${item}${space}`
  return { text: begun + rest, at: begun.length }
}

/** A text cut into what is marked and what is not. */
export function marked(
  text: string,
  ranges: readonly { readonly from: number; readonly to: number }[],
): readonly { readonly text: string; readonly mark: boolean }[] {
  const parts: { text: string; mark: boolean }[] = []
  let at = 0
  for (const { from, to } of ranges) {
    if (from > at) parts.push({ text: text.slice(at, from), mark: false })
    if (to > from) parts.push({ text: text.slice(from, to), mark: true })
    at = to
  }
  if (at < text.length) parts.push({ text: text.slice(at), mark: false })
  return parts
}
