import type { Point } from '../../../domain/plot/geometry.ts'
import { toMap } from '../../../draw/camera.ts'
import type { ViewPoint } from '../../view-point.ts'
import { type Pointing, slack } from './pointing.ts'

/** What is dragged, with the pointer or a finger: a node or the map. */
export interface Drag {
  /** Takes hold of the node at a place of the screen, else of the map. */
  grab(at: Point): void
  /** Drags what is held, if anything is, to a place; the map is moved by it. @returns where a held node is to be put, on the map */
  to(at: Point): { readonly id: string; readonly at: Point } | undefined
  release(): void
}

/** Creates a drag of nothing. */
export function createDrag(pointing: Pointing, viewPoint: ViewPoint): Drag {
  let node: { readonly id: string; readonly dx: number; readonly dy: number } | undefined
  let last: Point | undefined
  return {
    grab(at) {
      const under = pointing.node(at, slack.moving)
      const place = toMap(viewPoint.camera, at)
      node = under && { id: under.id, dx: under.x - place.x, dy: under.y - place.y }
      last = at
    },
    to(at) {
      if (node) {
        const place = toMap(viewPoint.camera, at)
        return { id: node.id, at: { x: place.x + node.dx, y: place.y + node.dy } }
      }
      if (!last) return undefined
      viewPoint.pan(at.x - last.x, at.y - last.y)
      last = at
      return undefined
    },
    release() {
      node = undefined
      last = undefined
    },
  }
}
