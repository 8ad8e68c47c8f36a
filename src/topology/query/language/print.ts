import type { Query } from './ast.ts'
import { tokensOf } from './lex.ts'
import { literal, type Pattern } from './pattern.ts'
import { printQuantity } from './quantity.ts'

/** The text of a query. Parsing it gives the same query again, and equal queries give equal texts. */
export const printQuery = (query: Query): string => {
  switch (query.kind) {
    case 'everything':
      return ''
    case 'and':
      return query.queries
        .map((one) => (one.kind === 'or' ? `(${printQuery(one)})` : printQuery(one)))
        .join(' ')
    case 'or':
      return query.queries.map(printQuery).join(' or ')
    case 'not':
      return isList(query.query) ? `-(${printQuery(query.query)})` : `-${printQuery(query.query)}`
    case 'text':
      return printText(query.pattern)
    case 'match':
      return `${query.field}${query.operator}${printPattern(query.pattern)}`
    case 'other':
      return `${query.name}${query.operator}${printPattern(query.pattern)}`
    case 'compare':
      return `${query.field}${query.operator}${printQuantity(query.quantity)}`
    case 'is':
      return `is:${query.condition}`
    case 'external':
      return `external:${query.value}`
  }
}

const isList = ({ kind }: Query): boolean => kind === 'and' || kind === 'or'

/** Prints a pattern as the value of a field, with quotes only where they are needed. */
export const printPattern = ({ pieces }: Pattern): string => {
  const printed = pieces.map((piece) => (NEEDS_QUOTES.test(piece) ? quoted(piece) : piece)).join('*')
  return printed === '' ? '""' : printed
}

const NEEDS_QUOTES = /[\s()"*|]/

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Prints a term of plain text, quoted if it could be read as a field, a keyword or a `not`. */
const printText = (pattern: Pattern): string => {
  const printed = printPattern(pattern)
  const [token, ...others] = tokensOf(printed)
  const isPlain = token?.kind === 'word' && token.words[0].field === undefined && others.length === 0
  // Between two words, a lone operator would be read as that of a field.
  if (isPlain && !/^(?:[=<>!]|:$)/.test(printed)) return printed
  const [first = '', ...rest] = pattern.pieces
  // Quoting the first piece is enough: it makes the rest part of the same text.
  return [quoted(first), ...rest.map((piece) => printPattern(literal(piece)).replace(/^""$/, ''))].join('*')
}
