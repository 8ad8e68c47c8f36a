import type { QuerySummary } from '../../../src/api/types.ts'
import { allOf, type Query } from '../../../src/topology/query/language/ast.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { printQuery } from '../../../src/topology/query/language/print.ts'
import { QueryError } from '../../../src/topology/query/language/query-error.ts'
import type { Focus } from '../node/neighbours.ts'

/** The result of parsing a text: a query, a syntax error, or `empty` for a blank text. */
export type ReadQuery =
  | { readonly kind: 'empty' }
  | { readonly kind: 'query'; readonly text: string; readonly query: Query }
  | { readonly kind: 'error'; readonly text: string; readonly error: QueryError }

/** Parses what the user typed. */
export function readQuery(text: string): ReadQuery {
  if (text.trim() === '') return { kind: 'empty' }
  try {
    return { kind: 'query', text, query: parseQuery(text) }
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', text, error }
    throw error
  }
}

/** A term of a filter that can be removed by itself. */
export interface FilterPart {
  /** Its text and, of several with the same, which one it is. */
  readonly id: string
  readonly text: string
  /** The filter without this term; empty when it was the only one. */
  readonly rest: string
}

/** The terms of a filter that are joined by `and`; a query of another kind is one term. */
export function filterParts(query: Query): readonly FilterPart[] {
  const parts = query.kind === 'and' ? query.queries : [query]
  const texts = parts.map(printQuery)
  return parts.map((part, at) => {
    const text = texts[at] ?? ''
    const others = parts.filter((other) => other !== part)
    return {
      id: `${text} ${texts.slice(0, at).filter((before) => before === text).length}`,
      text,
      rest: others.length === 0 ? '' : printQuery(allOf(others)),
    }
  })
}

/**
 * What is left of a filter without its last term, and that in words; a filter that is no query has only one.
 *
 * @returns undefined without a filter
 */
export function withoutLastTerm(
  filter: ReadQuery,
): { readonly rest: string; readonly words: string } | undefined {
  if (filter.kind === 'empty') return undefined
  const parts = filter.kind === 'query' ? filterParts(filter.query) : [{ text: filter.text, rest: '' }]
  const { text, rest } = parts.at(-1) ?? { text: filter.text, rest: '' }
  const left = parts.length - 1
  return { rest, words: `Removed the filter ${text}, ${left === 0 ? 'none is' : left} left.` }
}

/** A filter and another query joined by `and`. @param filter undefined when the map is not filtered yet */
export function narrowed(filter: Query | undefined, query: Query): string {
  return printQuery(filter === undefined ? query : allOf([filter, query]))
}

/** The filter and what is typed together; undefined when nothing, or no query, is typed. */
export function narrowest(typed: ReadQuery, filter: ReadQuery): string | undefined {
  if (typed.kind !== 'query') return undefined
  return narrowed(filter.kind === 'query' ? filter.query : undefined, typed.query)
}

/** What the page is filtered by, and what is typed into its search box. */
export interface Searched {
  readonly filter: string
  readonly typed: string
}

/**
 * Shows only what matches what is typed, where the rest was dimmed before; or, when nothing is typed, shows all again and dims what does
 * not match the filter.
 *
 * @returns undefined when there is nothing to search for
 */
export function onlyMatches(typed: ReadQuery, filter: ReadQuery): Searched | undefined {
  const query = narrowest(typed, filter)
  if (query !== undefined) return { filter: query, typed: '' }
  return typed.kind === 'empty' && filter.kind === 'query' ? { filter: '', typed: filter.text } : undefined
}

/** What was answered of a filter; undefined while the app has answered another one, which is shown until this one's answer comes. */
export function answerOf(filter: ReadQuery, answered: QuerySummary | undefined): QuerySummary | undefined {
  return filter.kind === 'query' && answered?.text === filter.text ? answered : undefined
}

/** The typed text split at the character where the error is, so that this character can be marked. */
export function errorPlace({ text, error }: Extract<ReadQuery, { kind: 'error' }>): {
  readonly before: string
  readonly at: string
  readonly after: string
} {
  const { offset } = error
  const [at = ''] = text.slice(offset)
  return { before: text.slice(0, offset), at, after: text.slice(offset + at.length) }
}

/** The query that the app is asked for: what is typed within the filter, else the filter alone; undefined without both. */
export function askedQuery(typed: ReadQuery, filter: ReadQuery): string | undefined {
  return narrowest(typed, filter) ?? (filter.kind === 'query' ? filter.text : undefined)
}

/** What is found in the page, with what only the app can find, since the page does not hold the members of closed groups. */
export function foundWith(
  here: Focus,
  there: { readonly nodes: object; readonly edges: object } | undefined,
): Focus {
  if (there === undefined) return here
  return {
    nodes: new Set([...here.nodes, ...Object.keys(there.nodes)]),
    edges: new Set([...here.edges, ...Object.keys(there.edges)]),
  }
}
