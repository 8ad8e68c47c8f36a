import { allOf, type Query } from '../../src/topology/query/language/ast.ts'
import { parseQuery } from '../../src/topology/query/language/parse.ts'
import { printQuery } from '../../src/topology/query/language/print.ts'
import { QueryError } from '../../src/topology/query/language/query-error.ts'
import { compileQuery } from '../../src/topology/query/match/compile.ts'
import type { Graph } from './graph.ts'
import type { Focus } from './neighbours.ts'

/** A text as a query, or why it is none. An empty text is neither. */
export type ReadQuery =
  | { readonly kind: 'empty' }
  | { readonly kind: 'query'; readonly text: string; readonly query: Query }
  | { readonly kind: 'error'; readonly text: string; readonly error: QueryError }

/** Reads what somebody typed. */
export function readQuery(text: string): ReadQuery {
  if (text.trim() === '') return { kind: 'empty' }
  try {
    return { kind: 'query', text, query: parseQuery(text) }
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', text, error }
    throw error
  }
}

/** What a query finds on the map: nodes, and the edges that it means between them. */
export function findIn(graph: Graph, query: Query): Focus {
  const selected = compileQuery(query)(graph)
  const nodes = new Set<string>()
  for (const node of graph.nodes.values()) if (selected.node(node)) nodes.add(node.id)
  const edges = new Set<string>()
  for (const edge of graph.edges.values()) {
    if (nodes.has(edge.source) && nodes.has(edge.target) && selected.edge(edge)) edges.add(edge.id)
  }
  return { nodes, edges }
}

/** A part of a filter that can be taken away by itself. */
export interface FilterPart {
  readonly text: string
  /** The filter without it. */
  readonly rest: string
}

/** The parts of a filter of which all must be so. */
export function filterParts(query: Query): readonly FilterPart[] {
  const parts = query.kind === 'and' ? query.queries : [query]
  return parts.map((part) => {
    const others = parts.filter((other) => other !== part)
    return { text: printQuery(part), rest: others.length === 0 ? '' : printQuery(allOf(others)) }
  })
}

/** A filter narrowed by another query. @param filter undefined = there is none yet */
export function narrowed(filter: Query | undefined, query: Query): string {
  return printQuery(filter === undefined ? query : allOf([filter, query]))
}

/** A message of an error split where it happened, to be shown below what was typed. */
export function errorPlace({ text, error }: Extract<ReadQuery, { kind: 'error' }>): {
  readonly before: string
  readonly at: string
  readonly after: string
} {
  const { offset } = error
  const [at = ''] = text.slice(offset)
  return { before: text.slice(0, offset), at, after: text.slice(offset + at.length) }
}
