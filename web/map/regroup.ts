import type { NodeSummary } from '../../src/api/types.ts'
import type { Point } from '../domain/geometry.ts'
import type { Graph } from '../domain/graph.ts'
import { isClosedGroup } from '../domain/grouping.ts'

/** Groups by id, with the nodes that they hold. */
export type HeldNodes = ReadonlyMap<string, readonly NodeSummary[]>

/** Groups that were opened (their node made room for those that it stood for) or closed from one graph to the next. */
export interface Regrouping {
  readonly opened: HeldNodes
  readonly closed: HeldNodes
}

/** What groups were opened and closed. */
export function regrouping(before: Graph, after: Graph): Regrouping {
  return { opened: heldBy(after, before), closed: heldBy(before, after) }
}

/** The nodes of one graph in groups that are a single node in the other. */
function heldBy(within: Graph, folded: Graph): HeldNodes {
  const held = new Map<string, NodeSummary[]>()
  for (const node of within.nodes.values()) {
    const id = node.group?.id
    if (id === undefined || isClosedGroup(node) || within.nodes.has(id) || !folded.nodes.has(id)) continue
    const others = held.get(id)
    if (others) others.push(node)
    else held.set(id, [node])
  }
  return held
}

/** Some nodes of a graph, with the edges between them. */
export function amidst(nodes: readonly NodeSummary[], { edges }: Graph): Graph {
  const within = new Map(nodes.map((node) => [node.id, node]))
  const inner = [...edges].filter(([, { source, target }]) => within.has(source) && within.has(target))
  return { nodes: within, edges: new Map(inner) }
}

/** A graph with its open groups closed, and what they hold. */
export function foldedBack({ nodes, edges }: Graph): { readonly graph: Graph; readonly open: HeldNodes } {
  const open = new Map<string, NodeSummary[]>()
  const folded = new Map<string, NodeSummary>()
  for (const node of nodes.values()) {
    const { group } = node
    if (!group || isClosedGroup(node)) folded.set(node.id, node)
    else if (open.has(group.id)) open.get(group.id)?.push(node)
    else {
      open.set(group.id, [node])
      folded.set(group.id, { ...node, ...group, labelMinor: '' })
    }
  }
  const placeOf = (id: string) => (folded.has(id) ? id : (nodes.get(id)?.group?.id ?? id))
  const between = [...edges].map(
    ([id, edge]) => [id, { ...edge, source: placeOf(edge.source), target: placeOf(edge.target) }] as const,
  )
  return { graph: { nodes: folded, edges: new Map(between) }, open }
}

/** A place between rectangle and ellipse that is kept free of what was there before. */
export interface Room {
  readonly centre: Point
  readonly halfWidth: number
  readonly halfHeight: number
}

/**
 * Where a place goes when room is made: outwards, the less the farther it is, so that everything keeps its neighbours and as much
 * space as it had.
 */
export function asideOf(room: Room, place: Point): Point {
  return atDistance(room, place, (distance) => Math.hypot(distance, 1))
}

/** Where a place goes when the room is given up: back. */
export function backInto(room: Room, place: Point): Point {
  return atDistance(room, place, (distance) => Math.sqrt(Math.max(0, distance ** 2 - 1)))
}

/** @param change of the distance from the centre, in which the rim of the room is at 1 */
function atDistance(
  { centre, halfWidth, halfHeight }: Room,
  place: Point,
  change: (distance: number) => number,
): Point {
  const dx = place.x - centre.x
  const dy = place.y - centre.y
  const distance = ((dx / halfWidth) ** 4 + (dy / halfHeight) ** 4) ** 0.25
  if (distance === 0) return place
  const factor = change(distance) / distance
  return { x: centre.x + dx * factor, y: centre.y + dy * factor }
}
