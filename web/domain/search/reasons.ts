import type { NodeSummary, SearchMatch } from '../../../src/api/types.ts'
import type { Query } from '../../../src/topology/query/language/ast.ts'
import type { TextRange } from '../../../src/topology/query/language/pattern.ts'
import type { FoldedTexts } from '../../../src/topology/query/match/folded-texts.ts'
import { reasonsOf } from '../../../src/topology/query/offer/explain.ts'
import { fieldWords } from './suggestions.ts'

/** What of nodes was found, in words, by id of the node: a line for each field. */
export type ReasonLines = ReadonlyMap<string, readonly string[]>

/** How many characters of a text the map has, and how many of them stand before what was found. */
const TEXT_LENGTH = 40
const BEFORE_MATCH = 12

/**
 * Tells what of each node was found. A node is left out when its name is all that was found, since the map has that anyway, or when it was
 * found by its connections.
 *
 * @param nodes those that the query selects and that the page holds
 * @param texts those of the nodes, see `compileQuery`
 * @param elsewhere what the app found, for closed groups of whose members one was found
 */
export function reasonLines(
  nodes: Iterable<NodeSummary>,
  query: Query,
  texts: FoldedTexts,
  elsewhere: readonly SearchMatch[] = [],
): ReasonLines {
  const lines = new Map<string, readonly string[]>()
  const add = (id: string, said: readonly string[], more: number) => {
    if (said.length > 0) lines.set(id, more > 0 ? [...said, `and ${more} more`] : said)
  }
  for (const node of nodes) {
    const { told, more } = reasonsOf(query, node, texts, (field) => !isShown(field))
    add(node.id, told.map(lineOf), more)
  }
  for (const { id, member, field, fieldLabel: label, text, ranges } of elsewhere) {
    if (!member || lines.has(id)) continue
    const said =
      field === 'name' ? `in it: ${member.label}` : `${member.label}, ${lineOf({ label, text, ranges })}`
    add(id, [said], 0)
  }
  return lines
}

/** Whether the label of a node has this field. */
function isShown(field: string): boolean {
  return field === 'name' || field === 'details'
}

function lineOf({
  label,
  text,
  ranges,
}: {
  readonly label: string
  readonly text: string
  readonly ranges: readonly TextRange[]
}): string {
  const from = Math.max(0, Math.min((ranges[0]?.from ?? 0) - BEFORE_MATCH, text.length - TEXT_LENGTH))
  const to = from + TEXT_LENGTH
  return `${fieldWords({ fieldLabel: label, text })}${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}
