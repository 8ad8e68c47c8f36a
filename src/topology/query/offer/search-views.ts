import type { NodeSummary, SearchDocument, SearchMatch } from '../../../api/types.ts'
import type { View } from '../../view/view.ts'
import { filterView } from '../filter/filter-view.ts'
import type { Query } from '../language/ast.ts'
import { fold } from '../language/pattern.ts'
import { compileQuery } from '../match/compile.ts'
import { FoldedTexts } from '../match/folded-texts.ts'
import { graphOf } from '../match/graph.ts'
import { type Explanation, explain, reasonsOf, wantedTerms } from './explain.ts'

/** A view to search. */
export interface SearchedView {
  readonly id: string
  readonly name: string
  readonly view: View
  /** The same view without groups. */
  readonly ungrouped?: View
}

/**
 * Runs a query on several views: the number of matching nodes in each, and the best matches with what was found in
 * them.
 *
 * @param limit the most matches returned for each view
 * @param texts those of the nodes of these views, see `compileQuery`
 */
export const searchViews = (
  query: Query,
  text: string,
  views: readonly SearchedView[],
  limit: number,
  texts = new FoldedTexts(),
): SearchDocument => {
  const found = views.map((searched) => {
    const { view, ungrouped } = searched
    const { nodes } = filterView(view, query, { text, texts, ...(ungrouped ? { ungrouped } : {}) })
    return { ...searched, nodes }
  })
  return {
    query: text,
    views: found.map(({ id, name, view, nodes }) => ({
      id,
      name,
      matched: nodes.size,
      total: view.nodes.size,
    })),
    matches: found.flatMap((searched) => {
      const memberOf = memberFinder(query, searched, texts)
      return bestOf(query, searched.nodes.values(), limit).map((node) =>
        matchOf(query, searched.id, node, memberOf(node), texts),
      )
    }),
  }
}

/** Makes a function that returns the best matching member of a closed group; undefined for any other node. */
const memberFinder = (
  query: Query,
  { view, ungrouped }: SearchedView,
  texts: FoldedTexts,
): ((group: NodeSummary) => NodeSummary | undefined) => {
  if (ungrouped === undefined) return () => undefined
  const selected = compileQuery(query, texts).select(graphOf(ungrouped))
  return ({ id }) => {
    const members = (view.members?.get(id) ?? []).flatMap((member) => ungrouped.nodes.get(member) ?? [])
    return bestOf(query, members.filter(selected.node), 1)[0]
  }
}

/** The best matches, ranked by how well their names match the query's text; pseudo nodes come last among equals. */
const bestOf = (query: Query, nodes: Iterable<NodeSummary>, limit: number): readonly NodeSummary[] => {
  const wanted = wantedTerms(query).flatMap((term) =>
    term.kind === 'text' || (term.kind === 'match' && term.field === 'name')
      ? term.pattern.pieces.map(fold)
      : [],
  )
  const distance = (node: NodeSummary): number => {
    const label = fold(node.label)
    const how = (word: string) =>
      label === word ? 0 : label.startsWith(word) ? 1 : label.includes(word) ? 2 : 3
    const best = wanted.reduce((least, word) => Math.min(least, word === '' ? 3 : how(word)), 3)
    return best * 2 + (node.pseudo ? 1 : 0)
  }
  return Array.from(nodes, (node) => ({ node, distance: distance(node) }))
    .sort((a, b) => a.distance - b.distance || byName(a.node, b.node))
    .slice(0, limit)
    .map(({ node }) => node)
}

const byName = (a: NodeSummary, b: NodeSummary): number => {
  if (a.label !== b.label) return a.label < b.label ? -1 : 1
  return a.id < b.id ? -1 : 1
}

const matchOf = (
  query: Query,
  view: string,
  node: NodeSummary,
  member: NodeSummary | undefined,
  texts: FoldedTexts,
): SearchMatch => {
  const { id, label, labelMinor } = node
  const found = member ?? node
  const why = explain(query, found, texts)
  // The second line of a node that was found by its name stands beside that.
  const isTold = (of: string) => of !== 'details' || why.field !== 'name' || member !== undefined
  const { told, more } = reasonsOf(query, found, texts, isTold)
  const [first = why, ...also] = told
  return {
    view,
    id,
    label,
    labelMinor,
    ...(member ? { member: { id: member.id, label: member.label } } : {}),
    ...matchedText(first),
    ...(also.length > 0 ? { also: also.map(matchedText) } : {}),
    ...(more > 0 ? { more } : {}),
  }
}

const matchedText = ({ field, label: fieldLabel, text, ranges }: Explanation) => ({
  field,
  fieldLabel,
  text,
  ranges,
})
