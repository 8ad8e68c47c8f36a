import type { Edges } from './protocol.ts'

/** Edges and neighbours of all nodes, one after another: those of a node are from `first[node]` to before `first[node + 1]`. */
export interface Neighbours {
  readonly first: Int32Array
  /** The edges of each node, by index. */
  readonly own: Int32Array
  /** The node at the other end of each of these edges. */
  readonly beside: Int32Array
}

/** @param size number of nodes; @param edges client and server by index */
export function neighboursOf(size: number, edges: Edges): Neighbours {
  const first = new Int32Array(size + 1)
  for (const ends of edges) for (const node of ends) first[node + 1] = (first[node + 1] ?? 0) + 1
  for (let node = 0; node < size; node++) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0)
  const next = first.slice()
  const own = new Int32Array(2 * edges.length)
  const beside = new Int32Array(2 * edges.length)
  const add = (node: number, edge: number, other: number) => {
    const at = next[node] ?? 0
    next[node] = at + 1
    own[at] = edge
    beside[at] = other
  }
  edges.forEach(([from, to], edge) => {
    add(from, edge, to)
    add(to, edge, from)
  })
  return { first, own, beside }
}
