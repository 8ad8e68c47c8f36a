import { MAX_QUERY_LENGTH } from '../../../api/limits.ts'
import {
  allOf,
  anyOf,
  type CompareOperator,
  conditions,
  type ExternalTerm,
  everything,
  type IsTerm,
  type Query,
  type Term,
} from './ast.ts'
import { canonicalField, type Field, fieldOf, isNumeric } from './fields.ts'
import { type Token, tokensOf } from './lex.ts'
import { isListener } from './listener.ts'
import { isAnything, literal, type Pattern } from './pattern.ts'
import { type Dimension, inBaseUnit, parseQuantity, quantityExamples } from './quantity.ts'
import { QueryError } from './query-error.ts'
import type { Operator, Word } from './word.ts'

/** How deep parentheses and `not` may be nested. */
export const MAX_QUERY_DEPTH = 32

/**
 * Parses a query. An empty text selects everything.
 *
 * @throws {QueryError} with the position of the error and what was expected there
 * @example
 * parseQuery('nginx is:failing')
 * // { kind: 'and', queries: [
 * //   { kind: 'text', pattern: { pieces: ['nginx'] } },
 * //   { kind: 'is', condition: 'failing' } ] }
 */
export const parseQuery = (text: string): Query => {
  if (text.length > MAX_QUERY_LENGTH)
    throw new QueryError(MAX_QUERY_LENGTH, `at most ${MAX_QUERY_LENGTH} characters`)
  const tokens = tokensOf(text)
  return tokens.length === 0 ? everything : new Parser(text, tokens).parse()
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  parse(): Query {
    const query = this.#or()
    const rest = this.#tokens[this.#at]
    if (rest !== undefined) throw this.#unexpected('the end, or a parenthesis that this one closes')
    return query
  }

  #or(): Query {
    const queries = [this.#and()]
    while (this.#takes('or')) queries.push(this.#and())
    return anyOf(queries)
  }

  #and(): Query {
    const queries = [this.#not()]
    for (;;) {
      const kind = this.#tokens[this.#at]?.kind
      if (kind === undefined || kind === ')' || kind === 'or') return allOf(queries)
      this.#takes('and')
      queries.push(this.#not())
    }
  }

  #not(): Query {
    if (this.#takes('not')) return this.#nested(() => ({ kind: 'not', query: this.#not() }))
    if (this.#takes('(')) {
      return this.#nested(() => {
        const query = this.#or()
        if (!this.#takes(')')) throw this.#unexpected('a closing parenthesis')
        return query
      })
    }
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word') throw this.#unexpected('a text or field:value')
    this.#at++
    return anyOf(token.words.map(termOf))
  }

  #nested(read: () => Query): Query {
    if (++this.#depth > MAX_QUERY_DEPTH)
      throw new QueryError(this.#offset(), `at most ${MAX_QUERY_DEPTH} parentheses within each other`)
    const query = read()
    this.#depth--
    return query
  }

  #takes(kind: Token['kind']): boolean {
    if (this.#tokens[this.#at]?.kind !== kind) return false
    this.#at++
    return true
  }

  #offset(): number {
    return this.#tokens[this.#at]?.from ?? this.#text.length
  }

  #unexpected(expected: string): QueryError {
    const token = this.#tokens[this.#at]
    const found = token && JSON.stringify(this.#text.slice(token.from, token.to))
    return new QueryError(this.#offset(), expected, found ?? 'the end')
  }
}

const termOf = ({ pattern, field, to }: Word): Term => {
  if (field === undefined) return { kind: 'text', pattern }
  const { name, operator, value, valueFrom } = field
  const fail = (expected: string): QueryError =>
    new QueryError(
      valueFrom,
      `${expected} after ${name}${operator}`,
      valueFrom === to ? 'nothing' : undefined,
    )

  const special = specialTermOf(name.toLowerCase(), operator, value, fail)
  if (special !== undefined) return special
  const known = fieldOf(name)
  const isEmpty = valueFrom === to
  if (known === undefined) {
    if (operator === ':' || operator === '=') {
      // `http:` and `a=` have no value, so they are plain text.
      return isEmpty ? { kind: 'text', pattern } : { kind: 'other', name, operator, pattern: value }
    }
    const quantity = quantityOf(value)
    if (quantity !== undefined) return { kind: 'compare', field: name, operator, quantity }
    if (operator === '!=' && !isEmpty) return { kind: 'other', name, operator, pattern: value }
    throw fail('a number')
  }
  if (isEmpty) throw fail(exampleOf(known))
  const canonical = canonicalField(name) ?? known.name
  const { type } = known
  if (operator === ':' && isAnything(value))
    return { kind: 'match', field: canonical, operator, pattern: value }
  if (isNumeric(type)) return compareTerm(canonical, type, numberOperator(operator), value, fail)
  if (type === 'listener' && (quantityOf(value) !== undefined || isOrder(operator)))
    return compareTerm(canonical, 'count', numberOperator(operator), value, fail)
  if (isOrder(operator))
    throw new QueryError(
      valueFrom - operator.length,
      `one of : = != after ${name}, whose values are ${type === 'words' ? 'words' : 'texts'}`,
      operator,
    )
  if (type === 'listener' && !isListener(value)) throw fail(exampleOf(known))
  if (known.words === undefined) return { kind: 'match', field: canonical, operator, pattern: value }
  const word = known.words.get(value.pieces.join('*').toLowerCase())
  if (word === undefined || operator === '!=') throw fail(exampleOf(known))
  return { kind: 'match', field: canonical, operator: ':', pattern: literal(word) }
}

type Order = '<' | '<=' | '>' | '>='

const isOrder = (operator: Operator): operator is Order =>
  operator.startsWith('<') || operator.startsWith('>')

const numberOperator = (operator: Operator): CompareOperator => (operator === ':' ? '=' : operator)

const compareTerm = (
  field: string,
  dimension: Dimension,
  operator: CompareOperator,
  value: Pattern,
  fail: (expected: string) => QueryError,
): Term => {
  const quantity = quantityOf(value)
  if (quantity === undefined || inBaseUnit(quantity, dimension) === undefined)
    throw fail(quantityExamples[dimension])
  return { kind: 'compare', field, operator, quantity }
}

const quantityOf = ({ pieces }: Pattern) => (pieces.length === 1 ? parseQuantity(pieces[0] ?? '') : undefined)

const exampleOf = ({ type, words }: Field): string => {
  switch (type) {
    case 'text':
      return 'a text'
    case 'address':
      return 'an address or a part of one'
    case 'listener':
      return 'a port such as 8080, an address such as 0.0.0.0, or both as in 0.0.0.0:80 or [::]:80'
    case 'words':
      return `one of ${[...new Set(words?.values())].join(', ')}`
    default:
      return quantityExamples[type]
  }
}

const specialTermOf = (
  name: string,
  operator: string,
  value: Pattern,
  fail: (expected: string) => QueryError,
): IsTerm | ExternalTerm | undefined => {
  if (name !== 'is' && name !== 'external') return undefined
  const text = value.pieces.join('*').toLowerCase()
  const plain = operator === ':' || operator === '='
  if (name === 'is') {
    const condition = conditions.find((one) => one === text)
    if (plain && condition !== undefined) return { kind: 'is', condition }
    throw fail(`one of ${conditions.join(', ')}`)
  }
  if (plain && (text === 'true' || text === 'yes')) return { kind: 'external', value: true }
  if (plain && (text === 'false' || text === 'no')) return { kind: 'external', value: false }
  throw fail('true or false')
}
