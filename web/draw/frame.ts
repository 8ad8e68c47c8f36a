import type { Glyph } from '../domain/node/glyph-of.ts'
import type { Mark } from '../domain/node/mark-of.ts'
import type { Box } from '../domain/plot/geometry.ts'
import type { Settings } from '../settings.ts'
import type { Camera, CanvasSize } from './camera.ts'
import type { Tokens } from './tokens.ts'

/** What is drawn on, in the page's own thread or in another. */
export type Canvas2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Makes the paths that a context draws. */
export interface Paths {
  create(): Path2D
  /** The path of an icon, 24 × 24, to be stroked. */
  glyph(glyph: Glyph): Path2D
}

/** The context that all drawing functions of a frame share. */
export interface Frame {
  readonly ctx: Canvas2D
  readonly paths: Paths
  readonly camera: Camera
  readonly tokens: Tokens
  /** Outlines on a grid of 24 × 24, which are loaded when one is first asked for; there are none until then. */
  readonly marks: Pick<ReadonlyMap<Mark, Path2D>, 'get'> | undefined
  readonly settings: Settings
  readonly nowMs: number
  /** The part of the map that is on screen, in map units. */
  readonly visible: Box
  /** Size of the canvas in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** Width in pixels that a card covers at the right. */
  readonly coveredRight: number
  /** Size in pixels of what lies over the lower right corner, left of that; undefined when nothing does. */
  readonly coveredCorner: CanvasSize | undefined
  /** Height in pixels that a card covers at the bottom, as it does on narrow pages. */
  readonly coveredBottom: number
  /** How high in pixels the options of the view reach from the bottom, between which the map is seen. */
  readonly optionsTop: number
  /** What a minimap covers, in pixels; undefined when there is none. */
  readonly minimap: Box | undefined
  readonly reducedMotion: boolean
  /** Opacity of a node or edge by id: 1 when it is in focus or nothing is, else less. */
  readonly nodeOpacity: (id: string) => number
  readonly edgeOpacity: (id: string) => number
  /** What of a node was found, in lines; undefined when nothing was that its label does not have. */
  readonly reasonsOf: (id: string) => readonly string[] | undefined
  /** Something is in focus and the rest is dimmed. */
  readonly isDimmed: boolean
  /** Ids under the pointer or chosen; drawn stronger. */
  readonly hoveredNode: string | undefined
  readonly hoveredEdge: string | undefined
  readonly selectedNode: string | undefined
  readonly selectedEdge: string | undefined
}

/** Length in pixels of the dashes, and of the gaps, in the outline of what is gone. */
const ghostDash = [4, 4]

/** Opacity of something that disappeared at `goneMs`: it fades or, with reduced motion, is faint until it vanishes. 1 when it is still there. */
export function fading(frame: Frame, goneMs: number | undefined): number {
  if (goneMs === undefined) return 1
  const left = 1 - (frame.nowMs - goneMs) / frame.settings.motion.fadeMs
  if (left <= 0) return 0
  return frame.reducedMotion ? 0.35 : 0.6 * Math.sqrt(left)
}

/** Sets how lines are drawn of something that disappeared at `goneMs`, in map units: dashed; solid when it is still there. */
export function dashIfGone({ ctx, camera }: Frame, goneMs: number | undefined): void {
  ctx.setLineDash(goneMs === undefined ? [] : ghostDash.map((length) => length / Math.max(camera.zoom, 0.5)))
}
