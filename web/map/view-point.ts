import { type Box, type Point, union } from '../domain/plot/geometry.ts'
import type { Sight } from '../domain/plot/sight.ts'
import {
  between,
  type Camera,
  type CanvasSize,
  cameraAt,
  type Padding,
  sightOf,
  toScreen,
  zoomAt,
} from '../draw/camera.ts'
import { type Corner, fitAll, isInCorner } from '../draw/fit-all.ts'
import type { Settings } from '../settings.ts'
import { type Tween, tween } from './motion.ts'

/** The camera, its animated movements, and whether it follows the map as that grows. */
export interface ViewPoint {
  readonly camera: Camera
  /** Whether the user has not panned or zoomed since the map was last fitted. */
  readonly following: boolean
  /** Shows all of some boxes, if there are any. From then on the camera follows the map. */
  fit(boxes: readonly Box[], size: CanvasSize, nowMs: number, atOnce: boolean): void
  /** Fits the boxes again when the camera follows the map and not all of them are fully visible. */
  follow(boxes: readonly Box[], size: CanvasSize, nowMs: number): void
  /** What is looked at, or is going to be; undefined while the camera follows the map. */
  sight(size: CanvasSize): Sight | undefined
  /** Looks at a part of the map, as if somebody had moved there. */
  lookAt(sight: Sight, size: CanvasSize, nowMs: number, atOnce: boolean): void
  zoomAt(at: Point, factor: number): void
  zoomTo(at: Point, factor: number, nowMs: number): void
  pan(dx: number, dy: number): void
  /** Pans just far enough that a box is visible inside the borders. A box that is too large is centred. */
  reveal(box: Box, size: CanvasSize, borders: Padding, nowMs: number): void
  /** Advances the movement to a moment; false when the camera was at rest. */
  step(nowMs: number): boolean
}

/**
 * Creates a camera at zoom 1.
 *
 * @param padding what is covered at each border
 * @param corner what is covered of the lower right corner
 * @param lengthMs duration of its movements; 0 with reduced motion
 */
export function createViewPoint(
  settings: Settings['camera'],
  padding: () => Padding,
  corner: () => Corner | undefined,
  lengthMs: () => number,
): ViewPoint {
  const limits = { min: settings.zoomMin, max: settings.zoomMax }
  const fitLimits = ({ width }: CanvasSize) => ({
    min: settings.zoomMin,
    max: settings.fitZoomMax * Math.max(1, width / settings.fitWidth),
  })
  let camera: Camera = { zoom: 1, x: 0, y: 0 }
  let following = true
  let way: { readonly from: Camera; readonly to: Camera; readonly tween: Tween } | undefined

  const go = (to: Camera, nowMs: number, atOnce: boolean) => {
    if (atOnce || lengthMs() === 0) {
      way = undefined
      camera = to
    } else {
      way = { from: camera, to, tween: tween(nowMs, lengthMs()) }
    }
  }
  const fitted = (boxes: readonly Box[], size: CanvasSize) =>
    fitAll(boxes, size, padding(), corner(), fitLimits(size))
  const byHand = (to: Camera) => {
    way = undefined
    following = false
    camera = to
  }

  return {
    get camera() {
      return camera
    },
    get following() {
      return following
    },
    fit(boxes, size, nowMs, atOnce) {
      const to = fitted(boxes, size)
      if (!to) return
      following = true
      go(to, nowMs, atOnce)
    },
    follow(boxes, size, nowMs) {
      const box = union(boxes)
      if (!following || !box) return
      const end = way?.to ?? camera
      const upper = toScreen(end, { x: box.left, y: box.top })
      const lower = toScreen(end, { x: box.right, y: box.bottom })
      const { top, right, bottom, left } = settings.visible
      const shows =
        upper.x >= left && upper.y >= top && lower.x <= size.width - right && lower.y <= size.height - bottom
      const covered = corner()
      const to =
        shows && !(covered && isInCorner(end, boxes, size, covered)) ? undefined : fitted(boxes, size)
      if (to) go(to, nowMs, false)
    },
    sight: (size) => (following ? undefined : sightOf(way?.to ?? camera, size, settings.padding)),
    lookAt(sight, size, nowMs, atOnce) {
      following = false
      const zoom = Math.max(limits.min, Math.min(limits.max, sight.zoom))
      go(cameraAt({ ...sight, zoom }, size, settings.padding), nowMs, atOnce)
    },
    zoomAt: (at, factor) => byHand(zoomAt(camera, at, factor, limits)),
    zoomTo(at, factor, nowMs) {
      const to = zoomAt(way?.to ?? camera, at, factor, limits)
      following = false
      go(to, nowMs, false)
    },
    pan: (dx, dy) => byHand({ ...camera, x: camera.x + dx, y: camera.y + dy }),
    reveal(box, size, borders, nowMs) {
      const from = way?.to ?? camera
      const upper = toScreen(from, { x: box.left, y: box.top })
      const lower = toScreen(from, { x: box.right, y: box.bottom })
      const dx = shift(upper.x, lower.x, borders.left, size.width - borders.right)
      const dy = shift(upper.y, lower.y, borders.top, size.height - borders.bottom)
      if (dx !== 0 || dy !== 0) go({ ...from, x: from.x + dx, y: from.y + dy }, nowMs, false)
    },
    step(nowMs) {
      if (!way) return false
      camera = between(way.from, way.to, way.tween.at(nowMs))
      if (way.tween.done(nowMs)) way = undefined
      return true
    },
  }
}

/** The smallest shift that brings a span into a range; a span longer than the range is centred. */
function shift(low: number, high: number, rangeLow: number, rangeHigh: number): number {
  if (high - low > rangeHigh - rangeLow) return (rangeLow + rangeHigh - low - high) / 2
  if (low < rangeLow) return rangeLow - low
  return high > rangeHigh ? rangeHigh - high : 0
}
