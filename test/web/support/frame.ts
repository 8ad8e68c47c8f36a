import { type Camera, type CanvasSize, visible } from '../../../web/draw/camera.ts'
import type { Frame } from '../../../web/draw/frame.ts'
import type { Tokens } from '../../../web/draw/tokens.ts'
import { settings } from '../../../web/settings.ts'
import { fakeCanvas } from './canvas.ts'

/** A frame on a canvas that draws nothing, in which nothing is pointed at, chosen or dimmed. */
export const frameOf = (camera: Camera, size: CanvasSize, more: Partial<Frame> = {}): Frame => ({
  paths: { create: () => new Path2D(), glyph: () => new Path2D() },
  ...{ ctx: fakeCanvas().ctx, tokens: { dim: 0.15 } as Tokens, settings, camera, nowMs: 0, size },
  ...{ visible: visible(camera, size), reducedMotion: false, isDimmed: false, marks: undefined },
  ...{ coveredRight: 0, coveredCorner: undefined, coveredBottom: 0, optionsTop: 0, minimap: undefined },
  nodeOpacity: () => 1,
  edgeOpacity: () => 1,
  reasonsOf: () => undefined,
  ...{ hoveredNode: undefined, hoveredEdge: undefined, selectedNode: undefined, selectedEdge: undefined },
  ...more,
})
