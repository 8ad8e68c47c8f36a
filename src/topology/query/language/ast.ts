import type { Pattern } from './pattern.ts'
import type { Quantity } from './quantity.ts'

/** How a value is compared with texts. */
export type MatchOperator = ':' | '=' | '!='

/** How a value is compared with numbers. */
export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

/** What `is:` can ask. */
export const conditions = [
  'pseudo',
  'external',
  'group',
  'connected',
  'failing',
  'running',
  'stopped',
  'paused',
  'exited',
  'restarting',
  'unhealthy',
  'created',
  'dead',
] as const

export type Condition = (typeof conditions)[number]

/** A text that occurs anywhere in a node. */
export interface TextTerm {
  readonly kind: 'text'
  readonly pattern: Pattern
}

/** A known field whose values are texts, or with the pattern `*` any field: it is there. */
export interface MatchTerm {
  readonly kind: 'match'
  /** As {@link canonicalField} writes it. */
  readonly field: string
  readonly operator: MatchOperator
  readonly pattern: Pattern
}

/** A field whose values are numbers: a known one, or whatever row or metric of a node has this name. */
export interface CompareTerm {
  readonly kind: 'compare'
  readonly field: string
  readonly operator: CompareOperator
  readonly quantity: Quantity
}

/** A name that is no known field: text, unless a node has a row of this name. */
export interface OtherTerm {
  readonly kind: 'other'
  /** As typed. */
  readonly name: string
  readonly operator: MatchOperator
  readonly pattern: Pattern
}

export interface IsTerm {
  readonly kind: 'is'
  readonly condition: Condition
}

/** Connections that have (or with false: have not) an end outside of what is watched. */
export interface ExternalTerm {
  readonly kind: 'external'
  readonly value: boolean
}

export type Term = TextTerm | MatchTerm | CompareTerm | OtherTerm | IsTerm | ExternalTerm

/** A query, parsed. Lists of `and` and `or` have at least two entries, none of which is a list of the same kind. */
export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'and'; readonly queries: readonly Query[] }
  | { readonly kind: 'or'; readonly queries: readonly Query[] }
  | { readonly kind: 'not'; readonly query: Query }
  | Term

/** The query that an empty text means. */
export const everything: Query = { kind: 'everything' }

/** All of these; nested lists are flattened. */
export const allOf = (queries: readonly Query[]): Query => listOf('and', queries)

/** Any of these; nested lists are flattened. */
export const anyOf = (queries: readonly Query[]): Query => listOf('or', queries)

const listOf = (kind: 'and' | 'or', queries: readonly Query[]): Query => {
  const flat = queries.flatMap((query) => (query.kind === kind ? query.queries : [query]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind, queries: flat }
}
