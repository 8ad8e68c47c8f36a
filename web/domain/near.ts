import type { Graph } from './graph.ts'
import type { Direction } from './search/step-to.ts'

type Edges = Iterable<{ readonly source: string; readonly target: string }>

/** The nodes that are at most some steps along edges, in whatever direction, from a node; with that node. */
export function withinHops(edges: Edges, from: string, hops: number): ReadonlySet<string> {
  const all = [...edges]
  const near = new Set([from])
  let rim: ReadonlySet<string> = near
  for (let hop = 0; hop < hops; hop++) {
    const next = new Set<string>()
    for (const { source, target } of all) {
      if (rim.has(source) && !near.has(target)) next.add(target)
      if (rim.has(target) && !near.has(source)) next.add(source)
    }
    for (const id of next) near.add(id)
    rim = next
  }
  return near
}

/** The part of a graph that has only these nodes, and the edges between them. */
export function onlyNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  const nodes = new Map([...graph.nodes].filter(([id]) => ids.has(id)))
  const edges = new Map(
    [...graph.edges].filter(([, { source, target }]) => nodes.has(source) && nodes.has(target)),
  )
  return { ...graph, nodes, edges }
}

/** Where one is who goes along edges: at a node and, if one came along an edge, from where and to which side. */
export interface Walk {
  readonly at: string
  readonly from?: { readonly id: string; readonly side: 'clients' | 'servers' }
}

/**
 * The next step along edges: left to a client, right to a server, up and down to the next one on the same side of the node that one
 * came from. Whoever turns round goes back to where they came from.
 *
 * @param order sorts the ids of nodes from the top of the map to its bottom
 * @returns undefined where there is nobody
 */
export function stepAlong(
  edges: Edges,
  walk: Walk,
  direction: Direction,
  order: (a: string, b: string) => number,
): Walk | undefined {
  const all = [...edges]
  const beside = (id: string, side: 'clients' | 'servers') =>
    [
      ...new Set(
        all.flatMap(({ source, target }) => {
          const [here, there] = side === 'clients' ? [target, source] : [source, target]
          return here === id && there !== id ? [there] : []
        }),
      ),
    ].sort(order)
  if (direction === 'up' || direction === 'down') {
    if (!walk.from) return undefined
    const others = beside(walk.from.id, walk.from.side)
    const next = others[others.indexOf(walk.at) + (direction === 'up' ? -1 : 1)]
    return next === undefined ? undefined : { at: next, from: walk.from }
  }
  const side = direction === 'left' ? 'clients' : 'servers'
  const others = beside(walk.at, side)
  const back = walk.from && walk.from.side !== side ? walk.from.id : undefined
  const next = back !== undefined && others.includes(back) ? back : others[0]
  return next === undefined ? undefined : { at: next, from: { id: walk.at, side } }
}
