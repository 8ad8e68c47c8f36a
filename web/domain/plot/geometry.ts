/** A point or a vector. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** An upright rectangle. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A quadratic Bézier curve. */
export interface Curve {
  readonly x0: number
  readonly y0: number
  readonly cx: number
  readonly cy: number
  readonly x1: number
  readonly y1: number
}

/** The smallest box around boxes, or undefined when there are none. */
export function union(boxes: Iterable<Box>): Box | undefined {
  let all: Box | undefined
  for (const box of boxes) {
    all = all
      ? {
          left: Math.min(all.left, box.left),
          top: Math.min(all.top, box.top),
          right: Math.max(all.right, box.right),
          bottom: Math.max(all.bottom, box.bottom),
        }
      : box
  }
  return all
}

/** Whether two boxes share more than a border. */
export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/** The point of a curve at `t` from 0 (start) to 1 (end). */
export function pointAt(curve: Curve, t: number): Point {
  const u = 1 - t
  return {
    x: u * u * curve.x0 + 2 * u * t * curve.cx + t * t * curve.x1,
    y: u * u * curve.y0 + 2 * u * t * curve.cy + t * t * curve.y1,
  }
}

/** The direction of a curve at `t`, in radians. */
export function angleAt(curve: Curve, t: number): number {
  const u = 1 - t
  const dx = u * (curve.cx - curve.x0) + t * (curve.x1 - curve.cx)
  const dy = u * (curve.cy - curve.y0) + t * (curve.y1 - curve.cy)
  return Math.atan2(dy, dx)
}

/** The part of a curve from `from` to `to` (0 to 1). */
export function part(curve: Curve, from: number, to: number): Curve {
  const start = pointAt(curve, from)
  const end = pointAt(curve, to)
  const ux = curve.cx - curve.x0
  const uy = curve.cy - curve.y0
  const vx = curve.x1 - curve.cx
  const vy = curve.y1 - curve.cy
  const reach = to - from
  return {
    x0: start.x,
    y0: start.y,
    cx: start.x + reach * ((1 - from) * ux + from * vx),
    cy: start.y + reach * ((1 - from) * uy + from * vy),
    x1: end.x,
    y1: end.y,
  }
}

/**
 * The curve of an edge between two round nodes, from border to border. It bends to its own left, so that the edges of
 * both directions between two nodes do not coincide. An edge from a node to itself is a loop above the node.
 */
export function edgeCurve(
  from: Point & { readonly r: number },
  to: Point & { readonly r: number },
  look: { readonly bend: number; readonly bendMax: number; readonly clearance: number },
): Curve {
  const dx = to.x - from.x
  const dy = to.y - from.y
  const length = Math.hypot(dx, dy)
  if (length < 1) {
    const r = from.r + look.clearance
    return {
      x0: from.x - r * 0.6,
      y0: from.y - r * 0.8,
      cx: from.x,
      cy: from.y - r * 3.2,
      x1: from.x + r * 0.6,
      y1: from.y - r * 0.8,
    }
  }
  const bend = Math.min(look.bendMax, length * look.bend)
  const whole: Curve = {
    x0: from.x,
    y0: from.y,
    cx: (from.x + to.x) / 2 + (dy / length) * bend,
    cy: (from.y + to.y) / 2 - (dx / length) * bend,
    x1: to.x,
    y1: to.y,
  }
  const start = Math.min(0.45, (from.r + look.clearance) / length)
  const end = Math.max(0.55, 1 - (to.r + look.clearance) / length)
  return part(whole, start, end)
}

/**
 * The distance from a point to a curve, approximated by 12 segments: exact enough for the slightly bent curves of
 * edges.
 */
export function distanceToCurve(curve: Curve, at: Point): number {
  const pieces = 12
  let nearest = Number.POSITIVE_INFINITY
  let before: Point = { x: curve.x0, y: curve.y0 }
  for (let i = 1; i <= pieces; i++) {
    const here = pointAt(curve, i / pieces)
    nearest = Math.min(nearest, distanceToSegment(before, here, at))
    before = here
  }
  return nearest
}

function distanceToSegment(a: Point, b: Point, at: Point): number {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const square = dx * dx + dy * dy
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((at.x - a.x) * dx + (at.y - a.y) * dy) / square))
  return Math.hypot(at.x - a.x - t * dx, at.y - a.y - t * dy)
}
