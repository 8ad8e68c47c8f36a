import type { Box, Point } from '../domain/plot/geometry.ts'
import type { Sight } from '../domain/plot/sight.ts'

/** Maps places of the map to the screen: screen = map × zoom + (x, y), in CSS pixels. */
export interface Camera {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

/** Free space at the borders of the canvas. */
export interface Padding {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** The size of the canvas in CSS pixels. */
export interface CanvasSize {
  readonly width: number
  readonly height: number
}

/** A place of the map on screen. */
export function toScreen(camera: Camera, at: Point): Point {
  return { x: at.x * camera.zoom + camera.x, y: at.y * camera.zoom + camera.y }
}

/** A place of the screen on the map. */
export function toMap(camera: Camera, at: Point): Point {
  return { x: (at.x - camera.x) / camera.zoom, y: (at.y - camera.y) / camera.zoom }
}

/** Zooms around a place of the screen: the point of the map under it stays there. */
export function zoomAt(
  camera: Camera,
  at: Point,
  factor: number,
  limits: { readonly min: number; readonly max: number },
): Camera {
  const zoom = Math.max(limits.min, Math.min(limits.max, camera.zoom * factor))
  const here = toMap(camera, at)
  return { zoom, x: at.x - here.x * zoom, y: at.y - here.y * zoom }
}

/** The camera that shows a whole box, centred in a canvas without its padding. */
export function fit(
  box: Box,
  size: CanvasSize,
  padding: Padding,
  limits: { readonly min: number; readonly max: number },
): Camera {
  const width = Math.max(1, size.width - padding.left - padding.right)
  const height = Math.max(1, size.height - padding.top - padding.bottom)
  const wanted = Math.min(
    width / Math.max(1, box.right - box.left),
    height / Math.max(1, box.bottom - box.top),
  )
  const zoom = Math.max(limits.min, Math.min(limits.max, wanted))
  return {
    zoom,
    x: padding.left + width / 2 - ((box.left + box.right) / 2) * zoom,
    y: padding.top + height / 2 - ((box.top + box.bottom) / 2) * zoom,
  }
}

/** What a camera looks at, in the middle of a canvas without its padding. */
export function sightOf(camera: Camera, size: CanvasSize, padding: Padding): Sight {
  return { ...toMap(camera, middleOf(size, padding)), zoom: camera.zoom }
}

/** The camera that looks at something, see {@link sightOf}. */
export function cameraAt({ x, y, zoom }: Sight, size: CanvasSize, padding: Padding): Camera {
  const middle = middleOf(size, padding)
  return { zoom, x: middle.x - x * zoom, y: middle.y - y * zoom }
}

function middleOf({ width, height }: CanvasSize, { left, right, top, bottom }: Padding): Point {
  return { x: left + (width - left - right) / 2, y: top + (height - top - bottom) / 2 }
}

/**
 * Interpolates between two cameras; `t` from 0 to 1. Zoom is interpolated by equal factors, so that its speed looks
 * constant.
 */
export function between(from: Camera, to: Camera, t: number): Camera {
  const zoom = from.zoom * (to.zoom / from.zoom) ** t
  if (Math.abs(to.zoom - from.zoom) < 1e-6) {
    return { zoom: to.zoom, x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t }
  }
  const share = (zoom - from.zoom) / (to.zoom - from.zoom)
  return { zoom, x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

/** The part of the map that a canvas of a size shows. */
export function visible(camera: Camera, size: CanvasSize): Box {
  const upper = toMap(camera, { x: 0, y: 0 })
  const lower = toMap(camera, { x: size.width, y: size.height })
  return { left: upper.x, top: upper.y, right: lower.x, bottom: lower.y }
}
