import { type Box, union } from '../domain/plot/geometry.ts'
import { type Camera, type CanvasSize, fit, type Padding, toMap } from './camera.ts'

/** A part of the lower right corner of a canvas: how far it reaches from the right border and from the lower one. */
export interface Corner {
  readonly right: number
  readonly bottom: number
}

/** Whether one of some boxes is in a corner of a canvas. */
export function isInCorner(camera: Camera, boxes: readonly Box[], size: CanvasSize, corner: Corner): boolean {
  const { x, y } = toMap(camera, { x: size.width - corner.right, y: size.height - corner.bottom })
  return boxes.some(({ right, bottom }) => right > x && bottom > y)
}

/**
 * The camera that shows all of some boxes, centred, and none of them in a corner that is covered: where one would be, that is left free as a
 * column or as a row, whichever leaves the map larger. Undefined without boxes.
 */
export function fitAll(
  boxes: readonly Box[],
  size: CanvasSize,
  padding: Padding,
  corner: Corner | undefined,
  limits: { readonly min: number; readonly max: number },
): Camera | undefined {
  const box = union(boxes)
  if (!box) return undefined
  const whole = fit(box, size, padding, limits)
  if (!corner || !isInCorner(whole, boxes, size, corner)) return whole
  const beside = fit(box, size, { ...padding, right: Math.max(padding.right, corner.right) }, limits)
  const above = fit(box, size, { ...padding, bottom: Math.max(padding.bottom, corner.bottom) }, limits)
  return beside.zoom >= above.zoom ? beside : above
}
