import type { Outline, OutlineNode } from '../../domain/graph/graph.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import type { Point } from '../../domain/plot/geometry.ts'

/** Group ids, each with the member nodes of the group. */
export type HeldNodes = ReadonlyMap<string, readonly OutlineNode[]>

/**
 * Groups that were opened (one node was replaced by the group's members) or closed (the reverse) between two graphs.
 */
export interface Regrouping {
  readonly opened: HeldNodes
  readonly closed: HeldNodes
}

/** Compares two graphs, and returns the groups that were opened and closed. */
export function regrouping(before: Outline, after: Outline): Regrouping {
  return { opened: heldBy(after, before), closed: heldBy(before, after) }
}

/** Groups whose members are nodes of `within`, while `folded` has one node for the group. */
function heldBy(within: Outline, folded: Outline): HeldNodes {
  const held = new Map<string, OutlineNode[]>()
  for (const node of within.nodes.values()) {
    const id = node.group?.id
    if (id === undefined || isClosedGroup(node) || within.nodes.has(id) || !folded.nodes.has(id)) continue
    const others = held.get(id)
    if (others) others.push(node)
    else held.set(id, [node])
  }
  return held
}

/** The subgraph of some nodes, with the edges between them. */
export function amidst(nodes: readonly OutlineNode[], { edges }: Outline): Outline {
  const within = new Map(nodes.map((node) => [node.id, node]))
  const inner = [...edges].filter(([, { source, target }]) => within.has(source) && within.has(target))
  return { nodes: within, edges: new Map(inner) }
}

/** A graph in which each open group is folded into one node, and the members of these groups. */
export function foldedBack({ nodes, edges }: Outline): { readonly graph: Outline; readonly open: HeldNodes } {
  const open = new Map<string, OutlineNode[]>()
  const folded = new Map<string, OutlineNode>()
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

/**
 * An area that is cleared for the members of an open group: a superellipse with exponent 4, between rectangle and
 * ellipse.
 */
export interface Room {
  readonly centre: Point
  readonly halfWidth: number
  readonly halfHeight: number
}

/**
 * Moves a place outwards when a room is made, to outside of the room. The farther a place is, the less it moves:
 * distances become sqrt(d² + 1), which preserves area, so neighbours stay neighbours with as much space as before.
 */
export function asideOf(room: Room, place: Point): Point {
  return atDistance(room, place, (distance) => Math.hypot(distance, 1))
}

/**
 * Moves a place back when the room is given up: the inverse of {@link asideOf}. Places inside the room go to its
 * centre.
 */
export function backInto(room: Room, place: Point): Point {
  return atDistance(room, place, (distance) => Math.sqrt(Math.max(0, distance ** 2 - 1)))
}

/** @param change maps the old to the new distance from the centre, where 1 is the border of the room */
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
