import type { Point } from './geometry.ts'

/** The corners of the smallest convex shape around points, clockwise on a screen. */
export function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  const half = (from: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const point of from) {
      while (chain.length >= 2 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

/** Whether a point lies in a convex hull. */
export function isInHull(hull: readonly Point[], point: Point): boolean {
  return hull.length >= 3 && hull.every((corner, at) => turn(corner, next(hull, at), point) >= 0)
}

/** Adds the outline of a convex hull, enlarged by a distance and with round corners, to a path. */
export function traceAround(path: Path2D, hull: readonly Point[], distance: number): void {
  const [only, ...others] = hull
  if (only && others.length === 0) path.arc(only.x, only.y, distance, 0, 2 * Math.PI)
  if (others.length === 0) return
  hull.forEach((corner, at) => {
    const before = next(hull, at + hull.length - 2)
    const after = next(hull, at)
    const from = Math.atan2(corner.y - before.y, corner.x - before.x) - Math.PI / 2
    const to = Math.atan2(after.y - corner.y, after.x - corner.x) - Math.PI / 2
    path.arc(corner.x, corner.y, distance, from, to)
  })
  path.closePath()
}

function next(hull: readonly Point[], at: number): Point {
  return hull[(at + 1) % hull.length] as Point
}

/** Above zero when the way from a over b to c turns right on a screen. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}
