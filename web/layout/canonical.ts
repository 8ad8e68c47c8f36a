import type { Edges, LayoutNode } from './protocol.ts'

/** A graph in the one order that all lists of the same nodes and edges have. */
export interface Canonical {
  /** By id. */
  readonly nodes: readonly LayoutNode[]
  /** Without nodes that talk to themselves, each pair of client and server once. */
  readonly edges: Edges
  /** The index that each node of the given list has in `nodes`. */
  readonly indexOf: readonly number[]
}

/** Sorts nodes by id, and edges by their nodes, so that what is computed from them does not depend on the order in which they came. */
export function canonical(nodes: readonly LayoutNode[], edges: Edges): Canonical {
  const order = nodes.map((_, index) => index).sort((a, b) => (idAt(nodes, a) < idAt(nodes, b) ? -1 : 1))
  const indexOf: number[] = []
  order.forEach((given, index) => {
    indexOf[given] = index
  })
  const pairs = new Set<number>()
  for (const [from, to] of edges) {
    const a = indexOf[from]
    const b = indexOf[to]
    if (a !== undefined && b !== undefined && a !== b) pairs.add(a * nodes.length + b)
  }
  return {
    nodes: order.map((given) => nodes[given] as LayoutNode),
    edges: [...pairs]
      .sort((a, b) => a - b)
      .map((pair) => [Math.floor(pair / nodes.length), pair % nodes.length] as const),
    indexOf,
  }
}

function idAt(nodes: readonly LayoutNode[], index: number): string {
  return nodes[index]?.id ?? ''
}
