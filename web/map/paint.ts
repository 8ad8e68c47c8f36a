import type { Focus } from '../domain/node/neighbours.ts'
import { type Camera, visible } from '../draw/camera.ts'
import { drawEdges } from '../draw/edges.ts'
import type { Canvas2D, Frame } from '../draw/frame.ts'
import { drawHulls, drawTrouble } from '../draw/hulls.ts'
import { drawNodes } from '../draw/nodes.ts'
import { drawOpenGroups } from '../draw/open-groups.ts'
import type { Scene } from '../draw/scene.ts'
import { drawLabels } from '../draw/text/labels.ts'
import type { TextMeasure } from '../draw/text/text-measure.ts'
import type { Tokens } from '../draw/tokens.ts'
import { drawTraffic, movingEdges } from '../draw/traffic.ts'
import type { Settings } from '../settings.ts'
import type { Layers } from './layers.ts'
import { type Overview, troubledIn } from './overview/overview.ts'

/** All that a frame depends on besides the scene. */
export interface Look {
  readonly camera: Camera
  readonly tokens: Tokens
  /** See {@link Frame.marks}. */
  readonly marks: Frame['marks']
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
  /** See {@link Frame.coveredCorner}. */
  readonly coveredCorner: Frame['coveredCorner']
  /** See {@link Frame}. */
  readonly coveredBottom: number
  readonly optionsTop: number
  readonly minimap: Frame['minimap']
}

/** What is drawn. */
export interface Drawn {
  readonly scene: Scene
  /** What is drawn of the scene from afar; undefined when it is not seen from afar. */
  readonly overview: Overview | undefined
}

function frameOf(ctx: Canvas2D, layers: Layers, look: Look, settings: Settings): Frame {
  const dimmed = 1 - look.dim * (1 - look.tokens.dim)
  const { focus } = look
  return {
    ...look,
    ctx,
    paths: layers.paths,
    settings,
    size: layers.size,
    isDimmed: look.dim > 0.5,
    reasonsOf: (id) => (look.dim > 0.5 ? focus?.reasons?.get(id) : undefined),
    visible: visible(look.camera, layers.size),
    nodeOpacity: (id) => (!focus || focus.nodes.has(id) ? 1 : dimmed),
    edgeOpacity: (id) => (!focus || focus.edges.has(id) ? 1 : dimmed),
  }
}

function toMapSpace(ctx: Canvas2D, camera: Camera): void {
  ctx.translate(camera.x, camera.y)
  ctx.scale(camera.zoom, camera.zoom)
}

/**
 * Draws the pictures of the map: background, open groups or hulls, and edges; nodes and labels. Where no dashes travel between the two, all of it
 * is one picture, which is put on the screen in half the time.
 *
 * @param traffic the scene with the edges whose dashes are drawn
 * @returns whether there are two pictures
 */
export function paintScene(
  layers: Layers,
  { scene, overview }: Drawn,
  traffic: Scene,
  look: Look,
  measure: TextMeasure,
  settings: Settings,
): boolean {
  const { below, above, size } = layers
  layers.clear(below)
  below.fillStyle = look.tokens.bg
  below.fillRect(0, 0, size.width, size.height)
  below.save()
  toMapSpace(below, look.camera)
  const frameBelow = frameOf(below, layers, look, settings)
  const shown = overview ? withFocus(overview.scene, scene, look) : scene
  const troubled = overview && troubledIn(scene)
  if (overview) drawHulls(frameBelow, overview.hulls)
  else drawOpenGroups(frameBelow, scene)
  drawEdges(frameBelow, shown)
  below.restore()
  const isSplit = movingEdges(frameBelow, traffic).length > 0
  const upper = isSplit ? above : below
  if (isSplit) layers.clear(above)
  const frame = frameOf(upper, layers, look, settings)
  upper.save()
  toMapSpace(upper, look.camera)
  drawNodes(frame, shown)
  if (troubled) drawTrouble(frame, shown, troubled)
  upper.restore()
  drawLabels(frame, shown, measure, overview && troubled && { hulls: overview.hulls, troubled })
  return isSplit
}

/** An overview with the edges in focus, each by itself. */
function withFocus(far: Scene, scene: Scene, { focus, dim }: Look): Scene {
  if (!focus || dim === 0) return far
  const near = scene.edges.filter(({ id }) => focus.edges.has(id) && !far.edgeById.has(id))
  return { ...far, edges: [...far.edges, ...near] }
}

/** The pictures of the map, as {@link paintScene} drew them. */
export interface Pictures {
  /** The camera for which they were drawn. */
  readonly camera: Camera
  /** Whether there are two. */
  readonly isSplit: boolean
}

/**
 * Puts together what is seen: the pictures, moved to where the camera is now, and between two of them the dashes that travel.
 *
 * @returns whether there are any dashes
 */
export function compose(
  layers: Layers,
  traffic: Scene,
  look: Look,
  { camera: painted, isSplit }: Pictures,
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
  screen.globalAlpha = 1
  fillAround(screen, look.tokens.bg, x, y, scale)
  put(below)
  if (!isSplit) return false
  screen.setTransform(size.ratio, 0, 0, size.ratio, 0, 0)
  toMapSpace(screen, look.camera)
  const frame = frameOf(screen, layers, look, settings)
  const moving = movingEdges(frame, traffic)
  if (moving.length > 0) drawTraffic(frame, moving)
  put(above)
  return moving.length > 0
}

/** Fills what a picture of the canvas's size does not cover when it is scaled and then moved. Places are pixels of the canvas. */
function fillAround(ctx: Canvas2D, colour: string, x: number, y: number, scale: number): void {
  const { width, height } = ctx.canvas
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value))
  // The border of a scaled picture is blurred, so what is filled reaches below it.
  const border = scale === 1 ? 0 : 1
  const left = within(Math.ceil(x) + border, width)
  const top = within(Math.ceil(y) + border, height)
  const right = within(Math.floor(x + width * scale) - border, width)
  const bottom = within(Math.floor(y + height * scale) - border, height)
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.fillStyle = colour
  const fill = (fromX: number, fromY: number, toX: number, toY: number) => {
    if (toX > fromX && toY > fromY) ctx.fillRect(fromX, fromY, toX - fromX, toY - fromY)
  }
  fill(0, 0, width, top)
  fill(0, bottom, width, height)
  fill(0, top, left, bottom)
  fill(right, top, width, bottom)
}
