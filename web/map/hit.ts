import { distanceToCurve, type Point } from '../domain/plot/geometry.ts'
import { isDrawn, type LookedAt, type Scene, type SceneEdge, type SceneNode } from '../draw/scene.ts'

/** The node at a place of the map: of those within their radius plus `slack`, the nearest. Fading nodes are ignored. */
export function nodeAt(scene: Scene, at: Point, slack: number): SceneNode | undefined {
  return nearestAt(scene, at, slack, ({ goneMs }) => goneMs === undefined)
}

/** The fading node at a place of the map, of those that went after `sinceMs`. */
export function ghostAt(scene: Scene, at: Point, sinceMs: number): SceneNode | undefined {
  return nearestAt(scene, at, 0, ({ goneMs }) => goneMs !== undefined && goneMs > sinceMs)
}

function nearestAt(
  scene: Scene,
  at: Point,
  slack: number,
  counts: (node: SceneNode) => boolean,
): SceneNode | undefined {
  let best: SceneNode | undefined
  let least = Number.POSITIVE_INFINITY
  for (const node of scene.nodes) {
    const distance = Math.hypot(node.x - at.x, node.y - at.y)
    if (distance <= node.r + slack && distance < least && counts(node)) {
      best = node
      least = distance
    }
  }
  return best
}

/** The nearest edge within `reach` of a place of the map. Fading edges, and those that are not drawn, are ignored. */
export function edgeAt(scene: Scene, at: Point, reach: number, looked: LookedAt): SceneEdge | undefined {
  let best: SceneEdge | undefined
  let least = reach
  for (const edge of scene.edges) {
    const { x0, y0, cx, cy, x1, y1 } = edge.curve
    if (edge.goneMs !== undefined || !isDrawn(edge, looked)) continue
    if (Math.min(x0, cx, x1) - reach > at.x || Math.max(x0, cx, x1) + reach < at.x) continue
    if (Math.min(y0, cy, y1) - reach > at.y || Math.max(y0, cy, y1) + reach < at.y) continue
    const distance = distanceToCurve(edge.curve, at)
    if (distance < least) {
      best = edge
      least = distance
    }
  }
  return best
}
