import elementToPath from 'element-to-path'
import type { IconNode } from 'lucide'

/** The strokes of an icon of Lucide, on a grid of 24 × 24, as the attribute `d` of one path has them. */
export function outlineOf(icon: IconNode): string {
  // A path may begin with a step from where the one before it ended, which is meant from the corner of the grid.
  return icon.map((shape) => elementToPath(shape, { nodeName: 0, nodeAttrs: 1 })).join('M0 0')
}
