import type { NodeSummary } from '../../../api/types.ts'
import { canonicalIp, ipVersion, prefixOf } from '../../../report/ip.ts'
import type { CompareTerm, MatchOperator, MatchTerm, OtherTerm, TextTerm } from '../language/ast.ts'
import { familyOf, fieldOf } from '../language/fields.ts'
import { fold, foldPattern, isAnything, isWhole, occursIn, type Pattern } from '../language/pattern.ts'
import { inBaseUnit, inOwnBaseUnit } from '../language/quantity.ts'
import { foldedTexts, foldedValues } from './node-texts.ts'
import { numberReader, rowReader, textReader } from './node-values.ts'

/** Whether values, folded, are what was asked for. */
export type TextTest = (values: readonly string[]) => boolean

export type NodeTest = (node: NodeSummary) => boolean

/** How one text, folded, is compared. For `!=`: what must not be. */
export const testOfOne = (
  operator: MatchOperator,
  pattern: Pattern,
  isAddress = false,
): ((text: string) => boolean) => {
  const folded = foldPattern(pattern)
  const address = isAddress ? addressTest(pattern) : undefined
  if (address) return address
  return operator === ':' ? (text) => occursIn(folded, fold(text)) : (text) => isWhole(folded, fold(text))
}

/** Whether any text matches; for `!=`, whether there are some and none does. */
export const textTest = (operator: MatchOperator, pattern: Pattern, isAddress = false): TextTest => {
  if (isAnything(pattern) && operator === ':') return (values) => values.length > 0
  const test = testOfOne(operator, pattern, isAddress)
  return operator === '!='
    ? (values) => values.length > 0 && !values.some(test)
    : (values) => values.some(test)
}

/** A whole address or network; undefined when the pattern is only a part of one. */
const addressTest = ({ pieces }: Pattern): ((text: string) => boolean) | undefined => {
  const [text = ''] = pieces
  if (pieces.length > 1) return undefined
  const [ip = '', bits] = text.split('/')
  const version = ipVersion(ip)
  if (version === undefined) return undefined
  if (bits === undefined) {
    const wanted = canonicalIp(ip)
    return (value) => canonicalIp(value.split('/')[0] ?? '') === wanted
  }
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!(length <= (version === 4 ? 32 : 128))) return undefined
  const network = prefixOf(ip, length, length)
  return (value) => {
    const [address = ''] = value.split('/')
    return ipVersion(address) === version && prefixOf(address, length, length) === network
  }
}

/** Whether a number is what was asked for, as any of those that there are. */
export const numberTest = ({
  field,
  operator,
  quantity,
}: CompareTerm): ((values: readonly number[]) => boolean) => {
  const type = fieldOf(field)?.type
  const dimension = type === undefined || type === 'text' || type === 'address' ? undefined : type
  const wanted = (dimension && inBaseUnit(quantity, dimension)) ?? inOwnBaseUnit(quantity)
  switch (operator) {
    case '=':
      return (values) => values.includes(wanted)
    case '!=':
      return (values) => values.length > 0 && !values.includes(wanted)
    case '<':
      return (values) => values.some((value) => value < wanted)
    case '<=':
      return (values) => values.some((value) => value <= wanted)
    case '>':
      return (values) => values.some((value) => value > wanted)
    case '>=':
      return (values) => values.some((value) => value >= wanted)
  }
}

/** The nodes that say a text. */
export const textTermTest = ({ pattern }: Pick<TextTerm, 'pattern'>): NodeTest => {
  const folded = foldPattern(pattern)
  const [only = ''] = folded.pieces
  return folded.pieces.length === 1 && !only.includes('\n')
    ? (node) => foldedTexts(node).joined.includes(only)
    : (node) => foldedTexts(node).each.some((text) => occursIn(folded, text))
}

/** The nodes whose field has a value. */
export const matchTermTest = ({ field, operator, pattern }: MatchTerm): NodeTest => {
  const type = fieldOf(field)?.type
  if (type !== 'text' && type !== 'address') {
    const read = numberReader(field)
    return (node) => read(node).length > 0
  }
  const read = textReader(field)
  const test = textTest(operator, pattern, type === 'address')
  return familyOf(field) === undefined
    ? (node) => test(foldedValues(node, field, read))
    : (node) => test(read(node).map(fold))
}

/** The nodes that have a number. */
export const compareTermTest = (term: CompareTerm): NodeTest => {
  const read = numberReader(term.field)
  const test = numberTest(term)
  return (node) => test(read(node))
}

/** The nodes that have a row or metric of this name with this value, or say it all as a text. */
export const otherTermTest = ({ name, operator, pattern }: OtherTerm): NodeTest => {
  const readTexts = rowReader(name)
  const readNumbers = numberReader(name)
  const test = textTest(operator, pattern)
  const hasRow: NodeTest = (node) => test(readTexts(node).map(fold)) || test(readNumbers(node).map(String))
  if (operator === '!=') return hasRow
  const says = textTermTest({ pattern: asText(name, operator, pattern) })
  return (node) => says(node) || hasRow(node)
}

/** The term as it would be, were it all text. */
export const asText = (name: string, operator: MatchOperator, { pieces }: Pattern): Pattern => ({
  pieces: [`${name}${operator}${pieces[0] ?? ''}`, ...pieces.slice(1)],
})
