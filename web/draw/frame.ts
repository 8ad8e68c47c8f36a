import type { Box } from '../domain/geometry.ts'
import type { Settings } from '../settings.ts'
import type { Camera } from './camera.ts'
import type { Tokens } from './tokens.ts'

/** What every part of a frame needs to know. */
export interface Frame {
  readonly ctx: CanvasRenderingContext2D
  readonly camera: Camera
  readonly tokens: Tokens
  readonly settings: Settings
  readonly nowMs: number
  /** What part of the map is on screen. */
  readonly visible: Box
  /** How many pixels at the right a card covers. */
  readonly coveredRight: number
  readonly reducedMotion: boolean
  /** Opacity of a node or edge: 1 in focus, less when others are. */
  readonly nodeOpacity: (id: string) => number
  readonly edgeOpacity: (id: string) => number
  /** Something is in focus and the rest is dimmed. */
  readonly isDimmed: boolean
  /** Ids under the pointer or chosen; drawn stronger. */
  readonly hoveredNode: string | undefined
  readonly hoveredEdge: string | undefined
  readonly selectedNode: string | undefined
  readonly selectedEdge: string | undefined
}

/** The opacity that is left of something that went at `goneMs`. */
export function fading(frame: Frame, goneMs: number | undefined): number {
  if (goneMs === undefined) return 1
  if (frame.reducedMotion) return 0
  const left = 1 - (frame.nowMs - goneMs) / frame.settings.motion.fadeMs
  return Math.max(0, left) * 0.55
}
