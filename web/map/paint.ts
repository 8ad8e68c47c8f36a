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

/** Draws everything but the travelling dashes: open groups, edges, nodes and labels. */
export function paintScene(
  layers: Layers,
  scene: Scene,
  look: Look,
  measure: TextMeasure,
  settings: Settings,
): void {
  layers.clear(layers.edges)
  toMapSpace(layers.edges, look.camera)
  const below = frameOf(layers.edges, layers, look, settings)
  drawOpenGroups(below, scene)
  drawEdges(below, scene)
  layers.clear(layers.nodes)
  const frame = frameOf(layers.nodes, layers, look, settings)
  layers.nodes.save()
  toMapSpace(layers.nodes, look.camera)
  drawNodes(frame, scene)
  layers.nodes.restore()
  drawLabels(frame, scene, measure)
}

/** Draws the travelling dashes. Returns whether there are any. */
export function paintTraffic(layers: Layers, scene: Scene, look: Look, settings: Settings): boolean {
  layers.clear(layers.traffic)
  if (look.reducedMotion) return false
  toMapSpace(layers.traffic, look.camera)
  return drawTraffic(frameOf(layers.traffic, layers, look, settings), scene)
}
