import type {
  CompletionDocument,
  CompletionItem,
  SearchDocument,
  SearchMatch,
} from '../../../src/api/types.ts'

/** An entry of the list below the search box: a way to complete the query, or a node that it matches. */
export type Suggestion =
  | { readonly kind: 'completion'; readonly item: CompletionItem }
  | { readonly kind: 'match'; readonly match: SearchMatch }

/** The identity of a suggestion, which stays the same when the list around it changes. */
export function suggestionId(suggestion: Suggestion): string {
  return suggestion.kind === 'completion'
    ? `${suggestion.item.kind} ${suggestion.item.text}`
    : `${suggestion.match.view} ${suggestion.match.id}`
}

/** What stands before a text that was found: its field, unless the text begins with that, as `team=payments` does. */
export function fieldWords({ fieldLabel, text }: Pick<SearchMatch, 'fieldLabel' | 'text'>): string {
  return text.startsWith(`${fieldLabel}=`) ? '' : `${fieldLabel}: `
}

/** The nodes of one view that match the query: how many, and the first few. */
export interface MatchGroup {
  readonly view: string
  readonly name: string
  readonly matched: number
  readonly matches: readonly SearchMatch[]
}

/** The list below the search box. `all` has its completions and matches in the order in which they are shown. */
export interface SuggestionList {
  readonly completions: readonly CompletionItem[]
  readonly groups: readonly MatchGroup[]
  readonly all: readonly Suggestion[]
}

/** The most completions, and the most matches over all views, that a list shows. */
export interface SuggestionLimits {
  readonly completions: number
  readonly matches: number
}

/**
 * The list for the typed text: first completions, then matches by view, beginning with the current view. A completion
 * that would not change the text is left out.
 *
 * @param results what the app found for the text; undefined until it has answered
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

/** Completions that are names of nodes are left out: the same nodes are listed as matches, with more about each. */
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

/**
 * The text with a completion inserted, and the new caret position. A complete value or keyword is followed by a space, unless what
 * follows goes on the word or ends it: with a space before it, `|` would no longer be within the word.
 */
export function completed(
  text: string,
  { from, to }: Pick<CompletionDocument, 'from' | 'to'>,
  { text: item, kind }: CompletionItem,
): { readonly text: string; readonly at: number } {
  const rest = text.slice(to)
  const space = (kind === 'value' || kind === 'keyword') && !/^[\s)|]/.test(rest) ? ' ' : ''
  const begun = `${text.slice(0, from)}${item}${space}`
  return { text: begun + rest, at: begun.length }
}

/** Splits a text into parts inside and outside of the given ranges. @param ranges ascending, not overlapping */
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
