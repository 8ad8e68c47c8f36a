import type { Box } from '../../../domain/plot/geometry.ts'
import { type Camera, visible } from '../../../draw/camera.ts'

/** What is known of the pictures of the map while only the camera moves. */
export interface Pictures {
  readonly camera: Camera
  /** The camera for which they were drawn. */
  readonly painted: Camera
  /** What of the map there is anything on; undefined = nothing. */
  readonly extent: Box | undefined
  /** How long ago they were drawn. */
  readonly sinceMs: number
  /** How long drawing them took. */
  readonly costMs: number
  /** They do not show all that has changed of the content since. */
  readonly isStale: boolean
  /** The camera moves, or did so a moment ago. */
  readonly isMoving: boolean
}

/** See `settings.motion`. */
export interface PaintLimits {
  readonly paintMs: number
  readonly paintShare: number
  readonly stretchMost: number
  readonly staleMs: number
}

/**
 * Whether the pictures of the map are worth drawing anew for another camera or other content: when that is quick, or the camera has come to
 * rest; else now and then, when part of the map would be missing, the pictures are stretched too far, or have been stale for long.
 */
export function isWorthPainting(
  pictures: Pictures,
  size: { readonly width: number; readonly height: number },
  limits: PaintLimits,
): boolean {
  const { camera, painted, extent, sinceMs, costMs, isStale, isMoving } = pictures
  const isSame = camera.zoom === painted.zoom && camera.x === painted.x && camera.y === painted.y
  if (isSame && !isStale) return false
  if (!isMoving || costMs <= limits.paintMs) return true
  if (isStale && sinceMs >= limits.staleMs) return true
  if (sinceMs < costMs / limits.paintShare) return false
  const stretch = Math.max(camera.zoom / painted.zoom, painted.zoom / camera.zoom)
  if (stretch > limits.stretchMost) return true
  return extent !== undefined && isMissing(extent, visible(camera, size), visible(painted, size))
}

/** Whether part of an extent is in sight now that was not before. */
function isMissing(extent: Box, now: Box, before: Box): boolean {
  const left = Math.max(extent.left, now.left)
  const right = Math.min(extent.right, now.right)
  const top = Math.max(extent.top, now.top)
  const bottom = Math.min(extent.bottom, now.bottom)
  if (left >= right || top >= bottom) return false
  return left < before.left || right > before.right || top < before.top || bottom > before.bottom
}
