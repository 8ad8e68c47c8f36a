import type { Graph } from '../graph/graph.ts'
import { isClosedGroup } from '../grouping/grouping.ts'
import { goneOrHidden } from '../node/gone-words.ts'
import type { LeftOut } from '../views.ts'
import type { TableNode } from './column.ts'
import type { Marks } from './marks.ts'
import { compareValues } from './order.ts'
import { trafficOf } from './traffic.ts'

/** The nodes of a view as rows, in the order of their names. */
export function tableNodes({ nodes, edges }: Graph): readonly TableNode[] {
  const traffic = trafficOf(edges.values())
  return [...nodes.values()]
    .map((node) => ({ id: node.id, node, traffic: traffic.get(node.id) }))
    .sort((a, b) => compareValues(a.node.label, b.node.label) || (a.id < b.id ? -1 : 1))
}

/** The rows that match what is typed. @param matches undefined = nothing is typed */
export function matchingRows(
  rows: readonly TableNode[],
  matches: { readonly nodes: ReadonlySet<string> } | undefined,
): readonly TableNode[] {
  return matches === undefined ? rows : rows.filter(({ id }) => matches.nodes.has(id))
}

/** What is said where there are no rows. @param typed what is typed and looked for; undefined or empty = nothing */
export function noRowsWords(typed: string | undefined): string {
  return typed ? `Nothing matches ${typed.trim()}` : 'No rows.'
}

/** What a press on the name of a row does: the second one opens a closed group. @param selected id of the node whose card is open */
export function pressOnRow(
  { nodes }: Pick<Graph, 'nodes'>,
  id: string,
  selected: string | undefined,
): 'open-group' | 'select' {
  return selected === id && isClosedGroup(nodes.get(id)) ? 'open-group' : 'select'
}

/** The rows that are copied, saved or printed, of those shown: the marked ones or, when none of them is marked, all. */
export function rowsToSave<T extends { readonly id: string }>(
  rows: readonly T[],
  marks: Marks,
): readonly T[] {
  const marked = rows.filter(({ id }) => marks.has(id))
  return marked.length === 0 ? rows : marked
}

/**
 * What a row says whose node is not shown any more, and which is held under the pointer.
 *
 * @param isInView whether the view still has the node: it is too far from the node in focus, or a hub, and these are hidden
 * @param filtered whether the view has a filter, which the node may only have ceased to match
 * @param leftOut what the options hide, which the node may only have become
 */
export function heldRowWords(
  isInView: boolean,
  filtered: boolean,
  leftOut: readonly Pick<LeftOut, 'id' | 'what'>[],
): string {
  return isInView ? 'no longer shown' : goneOrHidden(filtered, leftOut)
}
