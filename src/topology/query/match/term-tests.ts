import type { NodeSummary } from '../../../api/types.ts'
import type { CompareTerm, MatchOperator, MatchTerm, OtherTerm, TextTerm } from '../language/ast.ts'
import { familyOf, fieldOf, isNumeric } from '../language/fields.ts'
import { fold, foldPattern, type Pattern, says } from '../language/pattern.ts'
import type { FoldedTexts } from './folded-texts.ts'
import { numberReader, rowReader, textReader } from './node-values.ts'
import { numberTest, textTest } from './values.ts'

export type NodeTest = (node: NodeSummary) => boolean

/** Tests whether any text of a node contains the pattern; of ids and hashes, whether one begins with it. */
export const textTermTest = ({ pattern }: Pick<TextTerm, 'pattern'>, texts: FoldedTexts): NodeTest => {
  const folded = foldPattern(pattern)
  const [only = ''] = folded.pieces
  return folded.pieces.length === 1 && !only.includes('\n')
    ? (node) => says(folded, texts.of(node).joined)
    : (node) => texts.of(node).each.some((text) => says(folded, text))
}

/** Tests whether a field of a node matches; for a numeric field, whether the node has it. */
export const matchTermTest = ({ field, operator, pattern }: MatchTerm, texts: FoldedTexts): NodeTest => {
  const type = fieldOf(field)?.type
  if (type === undefined || isNumeric(type)) {
    const read = numberReader(field)
    return (node) => read(node).length > 0
  }
  const read = textReader(field)
  const test = textTest(operator, pattern, type === 'address')
  return familyOf(field) === undefined
    ? (node) => test(texts.values(node, field, read))
    : (node) => test(read(node).map(fold))
}

/** Compares a numeric field of a node. */
export const compareTermTest = (term: CompareTerm): NodeTest => {
  const read = numberReader(term.field)
  const test = numberTest(term)
  return (node) => test(read(node))
}

/**
 * Tests whether a node has a row or metric with this name and value, or, except for `!=`, contains the whole term as
 * text.
 */
export const otherTermTest = ({ name, operator, pattern }: OtherTerm, texts: FoldedTexts): NodeTest => {
  const readTexts = rowReader(name)
  const readNumbers = numberReader(name)
  const test = textTest(operator, pattern)
  const hasRow: NodeTest = (node) => test(readTexts(node).map(fold)) || test(readNumbers(node).map(String))
  if (operator === '!=') return hasRow
  const saysIt = textTermTest({ pattern: asText(name, operator, pattern) }, texts)
  return (node) => saysIt(node) || hasRow(node)
}

/** The whole term as a text pattern: name, operator and value. */
export const asText = (name: string, operator: MatchOperator, { pieces }: Pattern): Pattern => ({
  pieces: [`${name}${operator}${pieces[0] ?? ''}`, ...pieces.slice(1)],
})
