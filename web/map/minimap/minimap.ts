import type { Box, Point } from '../../domain/plot/geometry.ts'
import { type Camera, fit, toMap, toScreen, visible } from '../../draw/camera.ts'

/** The whole map in a corner, with what of it is in sight. */
export interface Minimap {
  /** What it covers of the screen, in CSS pixels. */
  readonly frame: Box
  /** Maps places of the map to the screen within the frame. */
  readonly camera: Camera
  /** What is in sight, as a part of the frame. */
  readonly sight: Box
}

/** What a minimap depends on. */
export interface MinimapInput {
  /** What all nodes cover on the map; undefined = there are none. */
  readonly extent: Box | undefined
  readonly camera: Camera
  readonly size: { readonly width: number; readonly height: number }
  /** Width in pixels that a card covers at the right. */
  readonly coveredRight: number
  /** How far above the lower edge of the canvas it ends. */
  readonly bottom: number
}

/** See `settings.minimap`. */
export interface MinimapLook {
  readonly width: number
  readonly height: number
  readonly right: number
  readonly inset: number
  readonly pageWidthLeast: number
}

/** The minimap; undefined where all of the map is in sight, or there is no room for one. */
export function minimapOf(
  { extent, camera, size, coveredRight, bottom: above }: MinimapInput,
  look: MinimapLook,
): Minimap | undefined {
  if (!extent || size.width < look.pageWidthLeast) return undefined
  const seen = visible(camera, { width: size.width - coveredRight, height: size.height })
  if (isWithin(extent, seen)) return undefined
  const right = size.width - coveredRight - look.right
  const bottom = size.height - above
  const frame = { left: right - look.width, right, top: bottom - look.height, bottom }
  const { inset } = look
  const fitted = fit(
    extent,
    look,
    { top: inset, right: inset, bottom: inset, left: inset },
    { min: 0, max: Number.POSITIVE_INFINITY },
  )
  const own = { zoom: fitted.zoom, x: fitted.x + frame.left, y: fitted.y + frame.top }
  const upper = toScreen(own, { x: seen.left, y: seen.top })
  const lower = toScreen(own, { x: seen.right, y: seen.bottom })
  const across = (x: number) => Math.max(frame.left, Math.min(frame.right, x))
  const down = (y: number) => Math.max(frame.top, Math.min(frame.bottom, y))
  return {
    frame,
    camera: own,
    sight: { left: across(upper.x), right: across(lower.x), top: down(upper.y), bottom: down(lower.y) },
  }
}

/** Whether a place of the screen is on a minimap. */
export function isOn({ frame }: Minimap, { x, y }: Point): boolean {
  return x >= frame.left && x <= frame.right && y >= frame.top && y <= frame.bottom
}

/** How far to pan so that the place of the map under a place of the minimap comes to the middle of what is in sight. */
export function panTo(
  minimap: Minimap,
  at: Point,
  { camera, size, coveredRight }: Pick<MinimapInput, 'camera' | 'size' | 'coveredRight'>,
): { readonly dx: number; readonly dy: number } {
  const now = toScreen(camera, toMap(minimap.camera, at))
  return { dx: (size.width - coveredRight) / 2 - now.x, dy: size.height / 2 - now.y }
}

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  )
}
