import type { Pattern } from './pattern.ts'
import type { Quantity } from './quantity.ts'

/** How a value is compared with texts. */
export type MatchOperator = ':' | '=' | '!='

/** How a value is compared with numbers. */
export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

/** The conditions that `is:` accepts. */
export const conditions = [
  'pseudo',
  'external',
  'group',
  'connected',
  'failing',
  'trouble',
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

/** A text that may occur anywhere in a node. */
export interface TextTerm {
  readonly kind: 'text'
  readonly pattern: Pattern
}

/** A match on a known field with text values. With the pattern `*`, any known field: tests whether it is present. */
export interface MatchTerm {
  readonly kind: 'match'
  /** The name as returned by {@link canonicalField}. */
  readonly field: string
  readonly operator: MatchOperator
  readonly pattern: Pattern
}

/** A comparison with a number. The field is a known one, or the name of a row or metric. */
export interface CompareTerm {
  readonly kind: 'compare'
  readonly field: string
  readonly operator: CompareOperator
  readonly quantity: Quantity
}

/** `name:value` where the name is not a known field: matches as text, or on a row or metric of that name. */
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

/** Selects connections with an end outside of what is watched; when `value` is false, those without. */
export interface ExternalTerm {
  readonly kind: 'external'
  readonly value: boolean
}

export type Term = TextTerm | MatchTerm | CompareTerm | OtherTerm | IsTerm | ExternalTerm

/** A parsed query. `and` and `or` have at least two operands, and none of them is of the same kind. */
export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'and'; readonly queries: readonly Query[] }
  | { readonly kind: 'or'; readonly queries: readonly Query[] }
  | { readonly kind: 'not'; readonly query: Query }
  | Term

/** The query that an empty text means. */
export const everything: Query = { kind: 'everything' }

/** The conjunction of these queries; nested conjunctions are flattened. */
export const allOf = (queries: readonly Query[]): Query => listOf('and', queries)

/** The disjunction of these queries; nested disjunctions are flattened. */
export const anyOf = (queries: readonly Query[]): Query => listOf('or', queries)

const listOf = (kind: 'and' | 'or', queries: readonly Query[]): Query => {
  const flat = queries.flatMap((query) => (query.kind === kind ? query.queries : [query]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind, queries: flat }
}
