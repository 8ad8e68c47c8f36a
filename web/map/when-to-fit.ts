import type { Box } from '../domain/plot/geometry.ts'
import { type Camera, toScreen } from '../draw/camera.ts'
import type { Placed } from './placing/placer.ts'

/** What is so when nodes were placed. */
export interface PlacedMap extends Placed {
  /** Somebody asked for all nodes to be laid out again. */
  readonly asked: boolean
  /** See `ViewPoint.following`. */
  readonly following: boolean
  /** What all nodes cover. */
  readonly box: Box
  readonly camera: Camera
  readonly size: { readonly width: number; readonly height: number }
}

/**
 * Whether the whole map is to be shown after nodes were placed. Whoever has moved the map by hand keeps their place, also when most nodes
 * are new, as after the app was away; unless nothing of the map would be in sight there.
 */
export const isFitted = (map: PlacedMap): boolean => {
  if (map.first || map.asked) return true
  if (map.following) return map.whole || map.regrouped
  return map.whole && !isInSight(map)
}

const isInSight = ({ box, camera, size }: PlacedMap): boolean => {
  const upper = toScreen(camera, { x: box.left, y: box.top })
  const lower = toScreen(camera, { x: box.right, y: box.bottom })
  return lower.x > 0 && lower.y > 0 && upper.x < size.width && upper.y < size.height
}
