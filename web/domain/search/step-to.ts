import type { Point } from '../plot/geometry.ts'

/** A direction of an arrow key. */
export type Direction = 'left' | 'right' | 'up' | 'down'

/** A unit vector for each direction; y grows downwards. */
export const vectors: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
}

/**
 * The id of the nearest node from `fromId` in the direction of an arrow key. Sideways distance counts double, and nodes
 * that lie more than twice as far sideways as ahead are ignored. Undefined when no node is left, or `fromId` has no
 * place.
 */
export function stepTo(
  places: ReadonlyMap<string, Point>,
  fromId: string,
  direction: Direction,
): string | undefined {
  const from = places.get(fromId)
  if (!from) return undefined
  const towards = vectors[direction]
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [id, place] of places) {
    const dx = place.x - from.x
    const dy = place.y - from.y
    const ahead = dx * towards.x + dy * towards.y
    const aside = Math.abs(dx * towards.y - dy * towards.x)
    if (id === fromId || ahead <= 0 || aside > ahead * 2) continue
    const cost = ahead + 2 * aside
    if (cost < least) {
      least = cost
      best = id
    }
  }
  return best
}

/** The id of the node nearest to a point; undefined when there are no nodes. */
export function nearest(places: ReadonlyMap<string, Point>, to: Point): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [id, place] of places) {
    const distance = Math.hypot(place.x - to.x, place.y - to.y)
    if (distance < least) {
      least = distance
      best = id
    }
  }
  return best
}
