import type { Edge } from '../../../src/api/types.ts'

type Ends = Pick<Edge, 'id' | 'source' | 'target'>

/** Ids of the nodes and edges that stay bright while all others are dimmed. */
export interface Focus {
  readonly nodes: ReadonlySet<string>
  readonly edges: ReadonlySet<string>
  /** What of the nodes was found, in lines, by id; undefined when they are not found by a search. */
  readonly reasons?: ReadonlyMap<string, readonly string[]>
}

/** A node, its neighbours, and the edges between it and them. */
export function aroundNode(nodeId: string, edges: Iterable<Ends>): Focus {
  const nodes = new Set([nodeId])
  const held = new Set<string>()
  for (const edge of edges) {
    if (edge.source !== nodeId && edge.target !== nodeId) continue
    held.add(edge.id)
    nodes.add(edge.source).add(edge.target)
  }
  return { nodes, edges: held }
}

/** An edge and its two ends. */
export function aroundEdge(edge: Ends): Focus {
  return { nodes: new Set([edge.source, edge.target]), edges: new Set([edge.id]) }
}

/** A bundle of edges that is drawn as one, these edges, and the nodes at their ends. */
export function aroundBundle(
  bundle: { readonly id: string; readonly edges: ReadonlySet<string> },
  edges: ReadonlyMap<string, Ends>,
): Focus {
  const ends = [...bundle.edges].flatMap((id) => {
    const edge = edges.get(id)
    return edge ? [edge.source, edge.target] : []
  })
  return { nodes: new Set(ends), edges: new Set([bundle.id, ...bundle.edges]) }
}
