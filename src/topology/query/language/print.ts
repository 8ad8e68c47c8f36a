import type { Query } from './ast.ts'
import { tokensOf } from './lex.ts'
import { literal, type Pattern } from './pattern.ts'
import { printQuantity } from './quantity.ts'

/** The text of a query: parsed again it is the same query. Equal queries have equal texts. */
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

/** As the value of a field, quoted only where it must be. */
export const printPattern = ({ pieces }: Pattern): string => {
  const printed = pieces.map((piece) => (NEEDS_QUOTES.test(piece) ? quoted(piece) : piece)).join('*')
  return printed === '' ? '""' : printed
}

const NEEDS_QUOTES = /[\s()"*|]/

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Where it stands alone it must not look like a field, a keyword, or a `not`. */
const printText = (pattern: Pattern): string => {
  const printed = printPattern(pattern)
  const [token, ...others] = tokensOf(printed)
  const isPlain = token?.kind === 'word' && token.words[0].field === undefined && others.length === 0
  // Behind a word, and with one behind it, an operator would make a field of them.
  if (isPlain && !/^(?:[=<>!]|:$)/.test(printed)) return printed
  const [first = '', ...rest] = pattern.pieces
  // A quote at the start is enough: what follows is part of the same text.
  return [quoted(first), ...rest.map((piece) => printPattern(literal(piece)).replace(/^""$/, ''))].join('*')
}
