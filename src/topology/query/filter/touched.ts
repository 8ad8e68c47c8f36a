import type { NodeSummary } from '../../../api/types.ts'
import { type ChangedIds, changedSince } from '../../view/changed-since.ts'
import type { View } from '../../view/view.ts'
import type { ViewEdge } from '../../view/view-edge.ts'
import type { QueryGraph } from '../match/graph.ts'
import { hasSameTexts } from '../match/node-texts.ts'
import type { Reach } from '../match/parts.ts'

/** A view of which the edges of each node can be found. */
export interface ConnectedView {
  readonly view: View
  /** The edges of the view that begin or end at a node, each once. */
  readonly edgesOf: (node: string) => readonly ViewEdge[]
}

/** A connected view as a query asks it. */
export const queryGraph = ({ view: { nodes }, edgesOf }: ConnectedView): QueryGraph => ({ nodes, edgesOf })

/** The ids of nodes and edges that changed, and of those that have to be tested again for it. */
export interface Touched {
  readonly changed: ChangedIds
  readonly nodes: Set<string>
  readonly edges: Set<string>
}

/**
 * What a query may select differently in a view than in an earlier one. That is everything when it is not known how the one
 * followed from the other.
 */
export const touchedBy = (
  reach: Reach,
  before: View | undefined,
  { view, edgesOf }: ConnectedView,
): Touched => {
  const known = before && changedSince(before, view)
  const changed = known ?? everythingIn(before, view)
  const nodes = new Set(changed.nodes)
  const edges = new Set(changed.edges)
  if (known === undefined || reach === 'node') return { changed, nodes, edges }
  if (reach === 'neighbours')
    for (const id of changed.nodes)
      if (!isSameEnd(before?.nodes.get(id), view.nodes.get(id)))
        for (const edge of edgesOf(id)) edges.add(edge.id)
  for (const id of edges) {
    for (const edge of [before?.edges.get(id), view.edges.get(id)])
      if (edge) nodes.add(edge.source).add(edge.target)
  }
  return { changed, nodes, edges }
}

/** Whether a query that looks at a node as the end of an edge finds the same: of that its numbers are no part. */
const isSameEnd = (before: NodeSummary | undefined, now: NodeSummary | undefined): boolean =>
  before !== undefined && now !== undefined && before.pseudo === now.pseudo && hasSameTexts(before, now)

const everythingIn = (before: View | undefined, now: View): ChangedIds => ({
  nodes: new Set([...(before?.nodes.keys() ?? []), ...now.nodes.keys()]),
  edges: new Set([...(before?.edges.keys() ?? []), ...now.edges.keys()]),
})
