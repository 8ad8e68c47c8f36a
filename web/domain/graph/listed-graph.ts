import type { Edge } from '../../../src/api/types.ts'
import { isFailing } from '../../../src/topology/failing.ts'
import type { Graph, MapNode } from './graph.ts'

/** The nodes and edges that are listed for those who do not see the map, by id. */
export interface ListedGraph {
  readonly nodes: readonly MapNode[]
  readonly edges: readonly Edge[]
}

/**
 * What is listed of a graph: all of a small one. Of one with more than `nodesMost` nodes, the placed ones. Of edges between listed
 * nodes there are so many that `most` are listed in all: those that fail, then those with most open connections.
 *
 * @param placed nodes that the map says are to be listed
 */
export function listedGraph(
  graph: Graph,
  placed: ReadonlyMap<string, unknown>,
  { nodesMost, most }: { readonly nodesMost: number; readonly most: number },
): ListedGraph {
  const isSmall = graph.nodes.size <= nodesMost
  const nodes = isSmall
    ? [...graph.nodes.values()]
    : [...placed.keys()].flatMap((id) => graph.nodes.get(id) ?? [])
  const isListed = (id: string) => (isSmall ? graph.nodes.has(id) : placed.has(id))
  const edges: Edge[] = []
  for (const edge of graph.edges.values())
    if (isListed(edge.source) && isListed(edge.target)) edges.push(edge)
  const edgesMost = Math.max(0, most - nodes.length)
  const listed = edges.length <= edgesMost ? edges : edges.sort(byWeight).slice(0, edgesMost)
  return { nodes: nodes.sort(byId), edges: listed.sort(byId) }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1
}

function byWeight(a: Edge, b: Edge): number {
  return Number(isFailing(b)) - Number(isFailing(a)) || b.open - a.open || byId(a, b)
}
