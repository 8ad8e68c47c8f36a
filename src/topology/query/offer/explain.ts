import type { NodeSummary } from '../../../api/types.ts'
import type { CompareTerm, MatchTerm, Query, Term } from '../language/ast.ts'
import { fieldOf } from '../language/fields.ts'
import { fold, foldPattern, type Pattern, rangesIn, says, type TextRange } from '../language/pattern.ts'
import { FoldedTexts } from '../match/folded-texts.ts'
import { listenersOf, listenerTest } from '../match/listeners.ts'
import { type NodeText, textsOf } from '../match/node-texts.ts'
import { numberReader, textReader } from '../match/node-values.ts'
import { asText, compareTermTest, matchTermTest, otherTermTest } from '../match/term-tests.ts'
import { testOfOne } from '../match/values.ts'

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

/**
 * Explains why a query found a node: the text that its first matching term matched. When no term matches a text (the
 * node was found by its connections, for example), the name of the node, without ranges.
 *
 * @param texts those of the nodes, see `compileQuery`
 */
export const explain = (query: Query, node: NodeSummary, texts = new FoldedTexts()): Explanation => {
  for (const term of wantedTerms(query)) {
    const found = explainTerm(term, node, texts)
    if (found) return found
  }
  return { field: 'name', label: 'Name', text: node.label, ranges: [] }
}

const explainTerm = (term: Term, node: NodeSummary, folded: FoldedTexts): Explanation | undefined => {
  switch (term.kind) {
    case 'text':
      return among(textsOf(node), term.pattern)
    case 'other': {
      const said = among(textsOf(node), asText(term.name, term.operator, term.pattern))
      if (said || !otherTermTest(term, folded)(node)) return said
      return shown(
        term.name,
        textsOf(node).find(({ field }) => fold(field) === fold(term.name))?.text,
        term.pattern,
      )
    }
    case 'match': {
      if (term.field === 'listen' || term.field === 'used') return explainListener(term, node)
      if (!matchTermTest(term, folded)(node)) return undefined
      const isAddress = fieldOf(term.field)?.type === 'address'
      const test = testOfOne(term.operator, term.pattern, isAddress)
      return shown(
        term.field,
        textReader(term.field)(node).find((text) => test(fold(text))),
        term.pattern,
      )
    }
    case 'compare': {
      if (term.field === 'listen') return explainListener(term, node)
      const [value] = compareTermTest(term)(node) ? numberReader(term.field)(node) : []
      return shown(term.field, value === undefined ? undefined : String(value), { pieces: [''] })
    }
    case 'is':
    case 'external':
      return undefined
  }
}

const explainListener = (term: MatchTerm | CompareTerm, node: NodeSummary): Explanation | undefined =>
  shown(term.field, listenersOf(node).find(listenerTest(term))?.text, { pieces: [''] })

const among = (texts: readonly NodeText[], pattern: Pattern): Explanation | undefined => {
  const folded = foldPattern(pattern)
  const found = texts.find(({ text }) => says(folded, fold(text)))
  return found && excerpt({ ...found, ranges: rangesIn(pattern, found.text) })
}

const shown = (field: string, text: string | undefined, pattern: Pattern): Explanation | undefined =>
  text === undefined
    ? undefined
    : excerpt({ field, label: labelOf(field), text, ranges: rangesIn(pattern, text) })

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
