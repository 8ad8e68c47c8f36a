import type { Focus } from '../domain/node/neighbours.ts'
import { type Camera, visible } from '../draw/camera.ts'
import { drawEdges } from '../draw/edges.ts'
import type { Canvas2D, Frame } from '../draw/frame.ts'
import { drawNodes } from '../draw/nodes.ts'
import { drawOpenGroups } from '../draw/open-groups.ts'
import type { Scene } from '../draw/scene.ts'
import { drawLabels } from '../draw/text/labels.ts'
import type { TextMeasure } from '../draw/text/text-measure.ts'
import type { Tokens } from '../draw/tokens.ts'
import { drawTraffic } from '../draw/traffic.ts'
import type { Settings } from '../settings.ts'
import type { Layers } from './layers.ts'

/** All that a frame depends on besides the scene. */
export interface Look {
  readonly camera: Camera
  readonly tokens: Tokens
  readonly nowMs: number
  readonly reducedMotion: boolean
  readonly focus: Focus | undefined
  /** How far everything outside the focus is dimmed, 0 to 1. */
  readonly dim: number
  readonly hoveredNode: string | undefined
  readonly hoveredEdge: string | undefined
  readonly selectedNode: string | undefined
  readonly selectedEdge: string | undefined
  /** Width in pixels that a card covers at the right. */
  readonly coveredRight: number
}

function frameOf(ctx: Canvas2D, layers: Layers, look: Look, settings: Settings): Frame {
  const dimmed = 1 - look.dim * (1 - look.tokens.dim)
  const { focus } = look
  return {
    ...look,
    ctx,
    settings,
    size: layers.size,
    isDimmed: look.dim > 0.5,
    visible: visible(look.camera, layers.size),
    nodeOpacity: (id) => (!focus || focus.nodes.has(id) ? 1 : dimmed),
    edgeOpacity: (id) => (!focus || focus.edges.has(id) ? 1 : dimmed),
  }
}

function toMapSpace(ctx: Canvas2D, camera: Camera): void {
  ctx.translate(camera.x, camera.y)
  ctx.scale(camera.zoom, camera.zoom)
}

/** Draws the two pictures of the map: background, open groups and edges; nodes and labels. */
export function paintScene(
  layers: Layers,
  scene: Scene,
  look: Look,
  measure: TextMeasure,
  settings: Settings,
): void {
  const { below, above, size } = layers
  layers.clear(below)
  below.fillStyle = look.tokens.bg
  below.fillRect(0, 0, size.width, size.height)
  toMapSpace(below, look.camera)
  const frameBelow = frameOf(below, layers, look, settings)
  drawOpenGroups(frameBelow, scene)
  drawEdges(frameBelow, scene)
  layers.clear(above)
  const frame = frameOf(above, layers, look, settings)
  above.save()
  toMapSpace(above, look.camera)
  drawNodes(frame, scene)
  above.restore()
  drawLabels(frame, scene, measure)
}

/**
 * Puts together what is seen: the two pictures, moved to where the camera is now, and between them the dashes that travel.
 *
 * @param painted the camera for which the pictures were drawn
 * @returns whether there are any dashes
 */
export function compose(
  layers: Layers,
  scene: Scene,
  look: Look,
  painted: Camera,
  settings: Settings,
): boolean {
  const { screen, below, above, size } = layers
  const scale = look.camera.zoom / painted.zoom
  // Pictures that are only shifted are so by whole pixels, which keeps them sharp.
  const whole = (value: number) => (scale === 1 ? Math.round(value * size.ratio) : value * size.ratio)
  const [x, y] = [whole(look.camera.x - painted.x * scale), whole(look.camera.y - painted.y * scale)]
  const put = (picture: Canvas2D) => {
    screen.setTransform(scale, 0, 0, scale, x, y)
    screen.drawImage(picture.canvas, 0, 0)
  }
  if (scale !== 1 || x !== 0 || y !== 0) {
    screen.setTransform(1, 0, 0, 1, 0, 0)
    screen.fillStyle = look.tokens.bg
    screen.fillRect(0, 0, screen.canvas.width, screen.canvas.height)
  }
  screen.globalAlpha = 1
  put(below)
  screen.setTransform(size.ratio, 0, 0, size.ratio, 0, 0)
  toMapSpace(screen, look.camera)
  const hasTraffic = !look.reducedMotion && drawTraffic(frameOf(screen, layers, look, settings), scene)
  put(above)
  return hasTraffic
}
