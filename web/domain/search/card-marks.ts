import type { NodeSummary } from '../../../src/api/types.ts'
import type { Query, Term } from '../../../src/topology/query/language/ast.ts'
import { rangesIn, type TextRange } from '../../../src/topology/query/language/pattern.ts'
import { FoldedTexts } from '../../../src/topology/query/match/folded-texts.ts'
import { explain, wantedTerms } from '../../../src/topology/query/offer/explain.ts'

/** What one line of a card says of a node. */
export type CardLine = Pick<NodeSummary, 'metadata' | 'tables'>

/** Finds where a text of a line of a card is what is searched for; none when the line is not why the node was found. */
export type MarksIn = (line: CardLine, text: string) => readonly TextRange[]

/** A node without anything of its own, so that what matches is the line. */
const nobody: NodeSummary = { id: '', label: '', labelMinor: '', rank: '', shape: 'circle' }

/** Finds what matches in a card. @param queries what is typed, and the filter */
export function createMarks(queries: readonly Query[]): MarksIn {
  const terms = queries.flatMap(wantedTerms)
  const texts = new FoldedTexts()
  return (line, text) => joined(terms.flatMap((term) => rangesOf(term, line, text, texts)))
}

function rangesOf(term: Term, line: CardLine, text: string, texts: FoldedTexts): readonly TextRange[] {
  if (term.kind !== 'text' && term.kind !== 'match' && term.kind !== 'other') return []
  if (term.kind !== 'text' && term.operator === '!=') return []
  return explain(term, { ...nobody, ...line }, texts).ranges.length > 0 && says(term, text)
    ? rangesIn(term.pattern, text)
    : []
}

/** Whether all pieces of a pattern are in a text; a line may show less than all that it says. */
function says({ pattern }: Extract<Term, { readonly pattern: unknown }>, text: string): boolean {
  const shown = text.toLowerCase()
  return pattern.pieces.every((piece) => shown.includes(piece.toLowerCase()))
}

/** The ranges in their order, those that touch as one. */
function joined(ranges: readonly TextRange[]): readonly TextRange[] {
  const all: TextRange[] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && range.from <= last.to)
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else all.push(range)
  }
  return all
}
