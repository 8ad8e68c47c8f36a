import type { NodeSummary } from '../../../api/types.ts'
import type { CompareTerm, MatchTerm, Query, Term } from '../language/ast.ts'
import { fieldOf } from '../language/fields.ts'
import { fold, foldPattern, type Pattern, rangesIn, says, type TextRange } from '../language/pattern.ts'
import { FoldedTexts } from '../match/folded-texts.ts'
import { listenersOf, listenerTest } from '../match/listeners.ts'
import { type NodeText, textsOf } from '../match/node-texts.ts'
import { numberReader, textReader } from '../match/node-values.ts'
import { asText, compareTermTest, matchTermTest, otherTermTest } from '../match/term-tests.ts'
import { numberTest, testOfOne } from '../match/values.ts'

/** The text of a node that a query matched, and the matched ranges in it. */
export interface Explanation extends NodeText {
  readonly ranges: readonly TextRange[]
}

/** The terms that a match should satisfy; those below a `not` are left out. */
export const wantedTerms = (query: Query): readonly Term[] => {
  switch (query.kind) {
    case 'everything':
    case 'not':
      return []
    case 'and':
    case 'or':
      return query.queries.flatMap(wantedTerms)
    default:
      return [query]
  }
}

/** How many texts of a node a query may be explained by that are told one by one; of more, one less and how many others there are. */
const TOLD_MOST = 3

/** The texts of a node that a query matched: those that are told, and how many more there are. */
export interface Reasons {
  readonly told: readonly Explanation[]
  readonly more: number
}

/**
 * Explains why a query found a node: the text that its first matching term matched. When no term matches a text (the
 * node was found by its connections, for example), the name of the node, without ranges.
 *
 * @param texts those of the nodes, see `compileQuery`
 */
export const explain = (query: Query, node: NodeSummary, texts = new FoldedTexts()): Explanation => {
  for (const term of wantedTerms(query)) {
    const [found] = explainTerm(term, node, texts)
    if (found) return found
  }
  return { field: 'name', label: 'Name', text: node.label, ranges: [] }
}

/**
 * All texts of a node that a query matched, the one of {@link explain} first. None when no term matches a text. What says the same again is
 * left out: the same text in another field, in the same field a part of it or more of it; and the id where anything else matched.
 *
 * @param texts those of the nodes, see `compileQuery`
 * @param isTold whether a field is to be told; others are not counted either
 */
export const reasonsOf = (
  query: Query,
  node: NodeSummary,
  texts = new FoldedTexts(),
  isTold: (field: string) => boolean = () => true,
): Reasons => {
  const found: Explanation[] = []
  const isSaid = ({ field, label, text }: Explanation): boolean =>
    (field === 'id' && found.length > 0) ||
    found.some((before) => {
      const [a, b] = [fold(before.text), fold(text)]
      return a === b || (before.label === label && (a.includes(b) || b.includes(a)))
    })
  for (const term of wantedTerms(query)) {
    for (const one of explainTerm(term, node, texts)) if (!isSaid(one)) found.push(one)
  }
  const all = found.filter(({ field }) => isTold(field))
  const told = all.length > TOLD_MOST ? all.slice(0, TOLD_MOST - 1) : all
  return { told, more: all.length - told.length }
}

const explainTerm = (term: Term, node: NodeSummary, folded: FoldedTexts): readonly Explanation[] => {
  switch (term.kind) {
    case 'text':
      return among(textsOf(node), term.pattern)
    case 'other': {
      const said = among(textsOf(node), asText(term.name, term.operator, term.pattern))
      if (said.length > 0 || !otherTermTest(term, folded)(node)) return said
      const text = textsOf(node).find(({ field }) => fold(field) === fold(term.name))?.text
      return shown(term.name, text === undefined ? [] : [text], term.pattern)
    }
    case 'match': {
      if (term.field === 'listen' || term.field === 'used') return explainListener(term, node)
      if (!matchTermTest(term, folded)(node)) return []
      const isAddress = fieldOf(term.field)?.type === 'address'
      const test = testOfOne(term.operator, term.pattern, isAddress)
      const texts = textReader(term.field)(node).filter((text) => test(fold(text)))
      return shown(term.field, texts, term.pattern)
    }
    case 'compare': {
      if (term.field === 'listen') return explainListener(term, node)
      // What is asked of its connections is none of its own numbers.
      if (fieldOf(term.field)?.of === 'connection' || !compareTermTest(term)(node)) return []
      const test = numberTest(term)
      const [value] = numberReader(term.field)(node).filter((one) => test([one]))
      return shown(term.field, value === undefined ? [] : [String(value)], anyText)
    }
    case 'is':
    case 'external':
      return []
  }
}

/** Found anywhere, and marks nothing. */
const anyText: Pattern = { pieces: [''] }

const explainListener = (term: MatchTerm | CompareTerm, node: NodeSummary): readonly Explanation[] => {
  const listening = listenersOf(node).filter(listenerTest(term))
  return shown(
    term.field,
    listening.map(({ text }) => text),
    anyText,
  )
}

const among = (texts: readonly NodeText[], pattern: Pattern): readonly Explanation[] => {
  const folded = foldPattern(pattern)
  return texts
    .filter(({ text }) => says(folded, fold(text)))
    .map((found) => excerpt({ ...found, ranges: rangesIn(pattern, found.text) }))
}

const shown = (field: string, texts: readonly string[], pattern: Pattern): readonly Explanation[] =>
  texts.map((text) => excerpt({ field, label: labelOf(field), text, ranges: rangesIn(pattern, text) }))

const labelOf = (field: string): string => {
  const known = fieldOf(field)?.name ?? field
  return known === field ? known.charAt(0).toUpperCase() + known.slice(1) : field
}

/** Longer texts are shortened to this many characters around the match. */
const EXCERPT_LENGTH = 160
const BEFORE_MATCH = 40

const excerpt = (whole: Explanation): Explanation => {
  const { text, ranges } = whole
  if (text.length <= EXCERPT_LENGTH) return whole
  const from = Math.max(0, Math.min((ranges[0]?.from ?? 0) - BEFORE_MATCH, text.length - EXCERPT_LENGTH))
  const to = from + EXCERPT_LENGTH
  const cut = `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
  const shift = from > 0 ? 1 - from : 0
  return {
    ...whole,
    text: cut,
    ranges: ranges
      .filter((range) => range.from < to && range.to > from)
      .map((range) => ({ from: Math.max(range.from, from) + shift, to: Math.min(range.to, to) + shift })),
  }
}
