import type { Place } from '../address/route.ts'
import type { Graph } from '../graph/graph.ts'
import { nodesOf } from './card-stack.ts'

/** A node of a view. */
export interface NodeAt {
  readonly view: string
  readonly id: string
}

/** The view that is open, and what the map shows of it; undefined while it is being opened. */
export interface ShownNames {
  readonly view: string
  readonly graph: Pick<Graph, 'nodes'> | undefined
}

/** How the names of open cards become known. */
export interface NamePlan {
  /** The keys of all nodes that cards name; what is known of others may be forgotten. */
  readonly wanted: ReadonlySet<string>
  /** The names that the map tells, by key. */
  readonly told: ReadonlyMap<string, string>
  /** The nodes of which the map tells nothing, and will not by itself: the app has to be asked. */
  readonly untold: readonly NodeAt[]
}

/** What a name is known by. */
export function nameKey({ view, id }: NodeAt): string {
  return `${view} ${id}`
}

/** Finds out where the names of open cards are to be had. While the view of a node is being opened, the map is awaited. */
export function planNames(places: readonly Place[], { view, graph }: ShownNames): NamePlan {
  const nodes = places.flatMap(nodesOf)
  const told = new Map<string, string>()
  const untold = new Map<string, NodeAt>()
  for (const node of nodes) {
    const label = node.view === view ? graph?.nodes.get(node.id)?.label : undefined
    const willTell = node.view === view && graph === undefined
    if (label !== undefined) told.set(nameKey(node), label)
    else if (!willTell) untold.set(nameKey(node), node)
  }
  return { wanted: new Set(nodes.map(nameKey)), told, untold: [...untold.values()] }
}

/** The name of a card: of its node, or of both ends of its edge; undefined while one of them is not known. */
export function cardName(place: Place, names: ReadonlyMap<string, string>): string | undefined {
  const known = nodesOf(place).map((node) => names.get(nameKey(node)))
  return known.every((label) => label !== undefined) ? known.join(' → ') : undefined
}
