import type { NodeSummary } from '../../../api/types.ts'
import type { UndatedEdge } from '../../view/view-edge.ts'

/** The nodes and edges of a view. */
export interface NodesAndEdges<Edge extends UndatedEdge = UndatedEdge> {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
}

/** What a query asks of the graph that it is applied to. */
export interface QueryGraph<Edge extends UndatedEdge = UndatedEdge> {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  /** The edges that begin or end at a node, each once. */
  edgesOf(node: string): readonly Edge[]
}

/** A graph that does not change. Its edges are looked through when it is first asked for those of a node. */
export const graphOf = <Edge extends UndatedEdge>({
  nodes,
  edges,
}: NodesAndEdges<Edge>): QueryGraph<Edge> => {
  let byEnd: ReadonlyMap<string, readonly Edge[]> | undefined
  return {
    nodes,
    edgesOf(node) {
      byEnd ??= edgesByEnd(edges.values())
      return byEnd.get(node) ?? []
    },
  }
}

const edgesByEnd = <Edge extends UndatedEdge>(
  edges: Iterable<Edge>,
): ReadonlyMap<string, readonly Edge[]> => {
  const byEnd = new Map<string, Edge[]>()
  const add = (end: string, edge: Edge): void => {
    const known = byEnd.get(end)
    if (known) known.push(edge)
    else byEnd.set(end, [edge])
  }
  for (const edge of edges) {
    add(edge.source, edge)
    if (edge.target !== edge.source) add(edge.target, edge)
  }
  return byEnd
}
