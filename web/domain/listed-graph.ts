import type { Edge, NodeSummary } from '../../src/api/types.ts'
import type { Graph } from './graph.ts'

/** The nodes and edges that are listed for those who do not see the map, by id. */
export interface ListedGraph {
  readonly nodes: readonly NodeSummary[]
  readonly edges: readonly Edge[]
}

/**
 * What is listed of a graph: all of a small one. Of one with more than `nodesMost` nodes, the placed ones; of one with more than
 * `edgesMost` edges, so many of those between listed nodes.
 *
 * @param placed nodes that the map says are to be listed
 */
export function listedGraph(
  graph: Graph,
  placed: ReadonlyMap<string, unknown>,
  { nodesMost, edgesMost }: { readonly nodesMost: number; readonly edgesMost: number },
): ListedGraph {
  const isSmall = graph.nodes.size <= nodesMost
  const nodes = isSmall
    ? [...graph.nodes.values()]
    : [...placed.keys()].flatMap((id) => graph.nodes.get(id) ?? [])
  if (isSmall && graph.edges.size <= edgesMost)
    return { nodes: nodes.sort(byId), edges: [...graph.edges.values()].sort(byId) }
  const isListed = (id: string) => (isSmall ? graph.nodes.has(id) : placed.has(id))
  const edges: Edge[] = []
  for (const edge of graph.edges.values())
    if (isListed(edge.source) && isListed(edge.target)) edges.push(edge)
  return { nodes: nodes.sort(byId), edges: edges.sort(byId).slice(0, edgesMost) }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1
}
