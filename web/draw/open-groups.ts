import type { Point } from '../domain/plot/geometry.ts'
import { convexHull, isInHull, traceAround } from '../domain/plot/hull.ts'
import type { Frame } from './frame.ts'
import type { Scene, SceneNode } from './scene.ts'

/** Distance from the centres of an open group's nodes to the border of its background, in map units. */
export const openGroupReach = 58

const reach = openGroupReach

/** Draws a faint background behind the nodes of each open group. Its name is one of the labels. */
export function drawOpenGroups(frame: Frame, scene: Scene): void {
  const { ctx, tokens } = frame
  for (const { nodes, others } of openGroupsOf(scene)) {
    ctx.globalAlpha = frame.isDimmed ? 0.03 : 0.06
    ctx.fillStyle = tokens.text2
    ctx.fill(groundOf(frame, nodes, others))
  }
  ctx.globalAlpha = 1
}

/** The id of the open group in whose background a place of the map is; undefined when there is none. */
export function openGroupAt(scene: Scene, at: Point): string | undefined {
  const isBeside = ({ x, y }: SceneNode) => Math.hypot(x - at.x, y - at.y) <= reach
  return openGroupsOf(scene).find(({ nodes }) => nodes.some(isBeside) || isInHull(convexHull(nodes), at))?.id
}

/** One outline around all nodes of a group or, where another node is among them, a circle around each. */
function groundOf(frame: Frame, nodes: readonly SceneNode[], others: readonly SceneNode[]): Path2D {
  const ground = frame.paths.create()
  const hull = convexHull(nodes)
  if (others.some((other) => isInHull(hull, other))) {
    for (const { x, y } of nodes) {
      ground.moveTo(x + reach, y)
      ground.arc(x, y, reach, 0, 2 * Math.PI)
    }
  } else {
    traceAround(ground, hull, reach)
  }
  return ground
}

/** A group that is opened in place. */
export interface OpenGroup {
  readonly id: string
  readonly label: string
  /** Its nodes that are there, at least one. */
  readonly nodes: readonly SceneNode[]
  /** All others that are there. */
  readonly others: readonly SceneNode[]
}

/** The open groups of which a scene has nodes. */
export function openGroupsOf(scene: Scene): readonly OpenGroup[] {
  const there = scene.nodes.filter(({ goneMs }) => goneMs === undefined)
  const byGroup = Map.groupBy(there, ({ within }) => within?.id)
  byGroup.delete(undefined)
  return [...byGroup].map(([id, nodes]) => ({
    id: id ?? '',
    label: nodes[0]?.within?.label ?? '',
    nodes,
    others: there.filter(({ within }) => within?.id !== id),
  }))
}
