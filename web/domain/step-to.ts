import type { Point } from './geometry.ts'

/** A direction of an arrow key. */
export type Direction = 'left' | 'right' | 'up' | 'down'

/** A unit vector for each direction; y grows downwards. */
export const vectors: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
}

/** The nearest other place in a direction; what lies aside counts double. Undefined when nothing lies that way. */
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

/** The node nearest to a point. */
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
