import type { Shape } from '../../../src/api/types.ts'
import { circle } from './circle.ts'
import { cloud } from './cloud.ts'
import { hexagon } from './hexagon.ts'
import { pill } from './pill.ts'
import { square } from './square.ts'

/** Adds a shape around a point to a path. `r` is the radius of a circle of about the same area. */
export type Outline = (path: Path2D, x: number, y: number, r: number) => void

/**
 * The outline of each shape. A dashed circle and an image differ from circle and hexagon in how their line is drawn.
 */
export const outlines: Readonly<Record<Shape, Outline>> = {
  circle,
  square,
  hexagon,
  cloud,
  pill,
  'dashed-circle': circle,
  image: hexagon,
}
