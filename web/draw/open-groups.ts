import type { Point } from '../domain/plot/geometry.ts'
import { convexHull, isInHull, traceAround } from '../domain/plot/hull.ts'
import type { Frame } from './frame.ts'
import type { Scene, SceneNode } from './scene.ts'

/** Distance from the centres of an open group's nodes to the border of its background. */
const reach = 58

/** Draws a faint background behind the nodes of each open group, with the group's name above it. */
export function drawOpenGroups(frame: Frame, scene: Scene): void {
  const { ctx, tokens, settings } = frame
  for (const { label, nodes, others } of openGroupsOf(scene)) {
    ctx.globalAlpha = frame.isDimmed ? 0.03 : 0.06
    ctx.fillStyle = tokens.text2
    ctx.fill(groundOf(frame, nodes, others))
    const top = nodes.reduce((a, b) => (b.y < a.y ? b : a))
    const size = settings.label.nameSize / frame.camera.zoom
    ctx.globalAlpha = frame.isDimmed ? tokens.dim : 1
    ctx.font = `600 ${size}px ${tokens.font}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'alphabetic'
    ctx.fillText(label, top.x, top.y - reach - size / 2)
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

interface OpenGroup {
  readonly id: string
  readonly label: string
  readonly nodes: readonly SceneNode[]
  readonly others: readonly SceneNode[]
}

function openGroupsOf(scene: Scene): readonly OpenGroup[] {
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
