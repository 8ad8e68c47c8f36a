import { neighboursOf } from '../neighbours.ts'
import type { Edges } from '../protocol.ts'

/** A graph in two parts: what is held from several sides, and the trees that hang on it. */
export interface Core {
  /**
   * The nodes that are left when nodes with one neighbour are taken away again and again (the 2-core), and all of each connected group of
   * which none would be left.
   */
  readonly inner: readonly number[]
  /** The other nodes, each after the one that it hangs on. */
  readonly hanging: readonly Hanging[]
}

/** A node that hangs on another. */
export interface Hanging {
  readonly node: number
  readonly on: number
}

/**
 * Takes a graph apart. Whether a node with one neighbour is there decides nothing of the inner part.
 *
 * @param size number of nodes
 * @param edges client and server by index, without loops
 */
export function coreOf(size: number, edges: Edges): Core {
  const { first, beside } = neighboursOf(size, edges)
  const others = Array.from(
    { length: size },
    (_, node) => new Set(beside.subarray(first[node] ?? 0, first[node + 1] ?? 0)),
  )
  const taken: { readonly node: number; readonly on: number | undefined }[] = []
  const isTaken = new Uint8Array(size)
  const queue = others.flatMap((beside, node) => (beside.size <= 1 ? [node] : []))
  for (const node of queue) {
    if (isTaken[node] === 1) continue
    isTaken[node] = 1
    const [on] = others[node] ?? []
    taken.push({ node, on })
    if (on === undefined) continue
    others[on]?.delete(node)
    if (others[on]?.size === 1) queue.push(on)
  }
  const isInner = isTaken.map((one) => 1 - one)
  const hanging: Hanging[] = []
  for (const { node, on } of taken.toReversed()) {
    const isTree = on === undefined || (isTaken[on] === 1 && isInner[on] === 1)
    if (isTree) isInner[node] = 1
    else hanging.push({ node, on })
  }
  return { inner: others.flatMap((_, node) => (isInner[node] === 1 ? [node] : [])), hanging }
}
