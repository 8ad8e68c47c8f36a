import type { NodeSummary } from '../../src/topology/types.ts'
import type { Point } from '../domain/geometry.ts'
import type { Graph } from '../domain/graph.ts'
import { isClosedGroup } from '../domain/grouping.ts'

/** Groups that were opened or closed from one graph to the next, by id, with the nodes that they hold. */
export interface Regrouping {
  readonly opened: ReadonlyMap<string, readonly NodeSummary[]>
  readonly closed: ReadonlyMap<string, readonly NodeSummary[]>
}

/** What groups were opened: their node made room for those that it stood for. Closed: the other way round. */
export function regrouping(before: Graph, after: Graph): Regrouping {
  return { opened: heldBy(after, before), closed: heldBy(before, after) }
}

/** The nodes of one graph in groups that are a single node in the other. */
function heldBy(within: Graph, folded: Graph): ReadonlyMap<string, readonly NodeSummary[]> {
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

/** A disc that is kept free of what was there before. */
export interface Room {
  readonly centre: Point
  readonly radius: number
}

/**
 * Where a place goes when room is made: outwards, the less the farther it is, so that everything keeps its neighbours and as much
 * space as it had.
 */
export function asideOf({ centre, radius }: Room, place: Point): Point {
  return atDistance(centre, place, (distance) => Math.hypot(distance, radius))
}

/** Where a place goes when the room is given up: back. */
export function backInto({ centre, radius }: Room, place: Point): Point {
  return atDistance(centre, place, (distance) => Math.sqrt(Math.max(0, distance ** 2 - radius ** 2)))
}

function atDistance(centre: Point, place: Point, change: (distance: number) => number): Point {
  const dx = place.x - centre.x
  const dy = place.y - centre.y
  const distance = Math.hypot(dx, dy)
  if (distance === 0) return place
  const factor = change(distance) / distance
  return { x: centre.x + dx * factor, y: centre.y + dy * factor }
}

/** The room that nodes of these sizes take, with space between them. */
export function roomFor(
  centre: Point,
  sizes: readonly { readonly width: number; readonly height: number }[],
  margin: number,
): Room {
  const loosely = 1.5
  const area = sizes.reduce((sum, { width, height }) => sum + (width + margin) * (height + margin), 0)
  return { centre, radius: Math.sqrt((area * loosely) / Math.PI) }
}

/** Places spread evenly over a room, one for each of so many nodes. */
export function spreadOver({ centre, radius }: Room, count: number): readonly Point[] {
  const goldenAngle = Math.PI * (3 - Math.sqrt(5))
  return Array.from({ length: count }, (_, index) => {
    const distance = count === 1 ? 0 : radius * Math.sqrt((index + 0.5) / count)
    return {
      x: centre.x + distance * Math.cos(index * goldenAngle),
      y: centre.y + distance * Math.sin(index * goldenAngle),
    }
  })
}
