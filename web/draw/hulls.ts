import type { Frame } from './frame.ts'
import type { Hull, Scene, SceneNode } from './scene.ts'
import { colourOfBadge } from './text/badge.ts'

/** Draws a soft background behind the members of each hull. */
export function drawHulls(frame: Frame, hulls: readonly Hull[]): void {
  const { ctx, tokens, settings } = frame
  const { breadth, opacity } = settings.overview
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.lineWidth = breadth
  for (const hull of hulls) {
    ctx.globalAlpha = opacity * hullOpacity(frame, hull)
    ctx.strokeStyle = tokens.groups[hull.colour] ?? tokens.text2
    ctx.stroke(groundOf(frame, hull))
  }
  ctx.globalAlpha = 1
}

/** How bright a hull is: as its brightest member. */
export function hullOpacity(frame: Frame, { members }: Hull): number {
  return Math.max(...members.map(({ id }) => frame.nodeOpacity(id)))
}

function groundOf({ paths }: Frame, { members, ties }: Hull): Path2D {
  const ground = paths.create()
  const line = (from: SceneNode, to: SceneNode) => {
    ground.moveTo(from.x, from.y)
    ground.lineTo(to.x, to.y)
  }
  for (const [from, to] of ties) line(from, to)
  const [only] = members
  if (only && ties.length === 0) line(only, only)
  return ground
}

/** Marks the nodes that are in trouble, as large on screen at any zoom. */
export function drawTrouble(frame: Frame, { nodes }: Scene, troubled: ReadonlySet<string>): void {
  const { ctx, tokens, camera, settings } = frame
  const r = settings.overview.troubleRadius / camera.zoom
  for (const node of nodes) {
    if (node.goneMs !== undefined || !troubled.has(node.id)) continue
    ctx.globalAlpha = frame.nodeOpacity(node.id)
    ctx.fillStyle = colourOfBadge(tokens, node) ?? tokens.fail
    ctx.strokeStyle = tokens.bg
    ctx.lineWidth = 1.5 / camera.zoom
    ctx.beginPath()
    ctx.arc(node.x, node.y, r, 0, 2 * Math.PI)
    ctx.fill()
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}
