import { drawnOf } from '../dense/lighter.ts'
import type { Presence } from '../node/presence.ts'
import type { Direction } from '../search/step-to.ts'
import type { Graph } from './graph.ts'

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
  const nodes = only(graph.nodes, ({ id }) => ids.has(id))
  const edges = only(graph.edges, ({ source, target }) => nodes.has(source) && nodes.has(target))
  return { ...graph, nodes, edges }
}

function only<T>(of: ReadonlyMap<string, T>, isIn: (value: T) => boolean): ReadonlyMap<string, T> {
  return new Map([...of].filter(([, value]) => isIn(value)))
}

/** The nodes and edges of a view, and the traces of those that are gone. */
export interface Traced {
  readonly graph: Graph
  readonly presence: Presence
}

/**
 * The part of a view that has only these nodes, and the edges between them; so, too, of what is gone and fades.
 *
 * @param wasShown whether it had a node that is gone
 */
export function partOf<C extends Traced>(
  content: C,
  ids: ReadonlySet<string>,
  wasShown: (id: string) => boolean,
): C {
  const { presence } = content
  const goneNodes = only(presence.goneNodes, ({ node }) => wasShown(node.id))
  const isDrawn = (id: string) => ids.has(id) || goneNodes.has(id)
  const goneEdges = only(presence.goneEdges, ({ edge }) => isDrawn(edge.source) && isDrawn(edge.target))
  return { ...content, graph: onlyNodes(content.graph, ids), presence: { ...presence, goneNodes, goneEdges } }
}

/** Nothing is shown but what is at most some steps from a node. The address of the page has it. */
export interface Near {
  /** Id of the view that is narrowed; another view is shown as it is. */
  readonly view: string
  readonly id: string
  readonly hops: 1 | 2
}

/** A view that can be narrowed to what is near a node. */
export interface Narrowable {
  /** View id. */
  readonly view: string
  readonly graph: Graph
}

/** Whether a view is narrowed: it is the one meant, and still has the node. */
export function isNarrowed(near: Near | undefined, { view, graph }: Narrowable): near is Near {
  return near !== undefined && near.view === view && graph.nodes.has(near.id)
}

/** What is shown of a view: what is near the node, or was until it went; or itself when it is not narrowed. */
export function narrowedTo<C extends Narrowable & Traced>(near: Near | undefined, content: C): C {
  if (!isNarrowed(near, content)) return content
  const edges = [...content.graph.edges.values()]
  const gone = [...content.presence.goneEdges.values()].map(({ edge }) => edge)
  const before = withinHops([...edges, ...gone], near.id, near.hops)
  return partOf(content, withinHops(edges, near.id, near.hops), (id) => before.has(id))
}

/** What the page says of what a view is narrowed to, and of the button that shows all again. */
export interface NearWords {
  /** `one step from shop-db` */
  readonly text: string
  readonly remove: string
}

/**
 * The words for a view; undefined while all of it is shown and nobody asked for less. A link may name a node that the view no longer
 * has, or not while its filter or hidden hubs leave it out: then all is shown, and that is said.
 */
export function nearWords(
  near: Near | undefined,
  content: Narrowable & { readonly loaded: boolean },
): NearWords | undefined {
  if (near?.view !== content.view || !content.loaded) return undefined
  const node = content.graph.nodes.get(near.id)
  if (node) {
    const text = `${near.hops === 1 ? 'one step' : 'two steps'} from ${node.label}`
    return { text, remove: `Not only ${text}` }
  }
  return {
    text: 'the node in focus is not on the map: nothing is left out',
    remove: 'Remove the focus on a node',
  }
}

/**
 * What a view is narrowed to after it was asked for: what is near the chosen node, else near the same one as before. When it is
 * narrowed to just that, all is shown again.
 *
 * @param chosen id of the node whose card is open
 */
export function toggledNear(
  near: Near | undefined,
  content: Narrowable,
  chosen: string | undefined,
  hops: 1 | 2,
): Near | undefined {
  const id = chosen ?? near?.id
  const node = id === undefined ? undefined : content.graph.nodes.get(id)
  if (near?.hops === hops && isNarrowed(near, content) && (near.id === id || !node)) return undefined
  return node ? { view: content.view, id: node.id, hops } : near
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

/**
 * The next step from the selected node along the edges that are drawn, see {@link stepAlong}.
 *
 * @param before the last step; it counts only while one is where it led to
 * @param lighter ids of the edges that are drawn only while they are looked at
 * @param selected id of the selected node
 * @param pointed id of the node that the pointer is on, or that the arrow keys went to
 * @returns undefined also where no node of the map is selected, or another one is pointed at
 */
export function walkOn(
  before: Walk | undefined,
  graph: Graph,
  lighter: ReadonlySet<string>,
  selected: string | undefined,
  pointed: string | undefined,
  direction: Direction,
  order: (a: string, b: string) => number,
): Walk | undefined {
  if (selected === undefined || (pointed ?? selected) !== selected || !graph.nodes.has(selected))
    return undefined
  const here = before?.at === selected ? before : { at: selected }
  // Those of the node that one came from were drawn when one was there.
  const nodes = new Set([selected, here.from?.id ?? selected])
  return stepAlong(drawnOf(graph, lighter, { nodes }).edges.values(), here, direction, order)
}
