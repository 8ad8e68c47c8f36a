import type { Box } from '../domain/plot/geometry.ts'
import type { Camera } from './camera.ts'
import type { Canvas2D } from './frame.ts'
import { colourIn } from './nodes.ts'
import type { Scene, SceneNode } from './scene.ts'
import type { Tokens } from './tokens.ts'

/** Nodes as dots, ready to be drawn: a path in map units for each colour. */
export type Dots = ReadonlyMap<string, Path2D>

/** Side in pixels of the dot of a node, and of one in trouble. */
const sides = { well: 2.5, troubled: 5 } as const

/** Makes the dots of a scene, those in trouble last. @param zoom that of the minimap */
export function dotsOf({ nodes }: Scene, troubled: ReadonlySet<string>, tokens: Tokens, zoom: number): Dots {
  const dots = new Map<string, Path2D>()
  const add = ({ x, y }: SceneNode, colour: string, sidePixels: number) => {
    const path = dots.get(colour) ?? new Path2D()
    const side = sidePixels / zoom
    path.rect(x - side / 2, y - side / 2, side, side)
    dots.set(colour, path)
  }
  const there = nodes.filter(({ goneMs }) => goneMs === undefined)
  for (const node of there) if (!troubled.has(node.id)) add(node, colourIn(tokens, node), sides.well)
  for (const node of there) if (troubled.has(node.id)) add(node, tokens.fail, sides.troubled)
  return dots
}

/** Draws a minimap: a surface with dots, and what is in sight as a rectangle. The context must be in pixels of the screen. */
export function drawMinimap(
  ctx: Canvas2D,
  { frame, camera, sight }: { readonly frame: Box; readonly camera: Camera; readonly sight: Box },
  dots: Dots,
  tokens: Tokens,
): void {
  ctx.globalAlpha = 0.94
  ctx.fillStyle = tokens.surface
  ctx.strokeStyle = tokens.line
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.roundRect(frame.left + 0.5, frame.top + 0.5, frame.right - frame.left, frame.bottom - frame.top, 10)
  ctx.fill()
  ctx.globalAlpha = 1
  ctx.stroke()
  ctx.save()
  ctx.clip()
  ctx.save()
  ctx.translate(camera.x, camera.y)
  ctx.scale(camera.zoom, camera.zoom)
  for (const [colour, path] of dots) {
    ctx.fillStyle = colour
    ctx.fill(path)
  }
  ctx.restore()
  const { left, top, right, bottom } = sight
  ctx.fillStyle = tokens.accent
  ctx.globalAlpha = 0.12
  ctx.fillRect(left, top, right - left, bottom - top)
  ctx.globalAlpha = 1
  ctx.strokeStyle = tokens.accent
  ctx.lineWidth = 1.5
  ctx.strokeRect(left + 0.75, top + 0.75, Math.max(4, right - left - 1.5), Math.max(4, bottom - top - 1.5))
  ctx.restore()
}
