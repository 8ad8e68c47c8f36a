import type { Point } from '../../domain/plot/geometry.ts'
import { toMap } from '../../draw/camera.ts'
import type { SceneEdge, SceneNode } from '../../draw/scene.ts'
import type { Settings } from '../../settings.ts'
import { edgeAt, ghostAt, nodeAt } from '../hit.ts'
import type { Hover } from '../renderer/protocol.ts'
import type { ViewPoint } from '../view-point.ts'
import type { MapState } from './map-state.ts'

/** Finds out what of the map is at a place of the screen. */
export interface Pointing {
  /** @param slack how many pixels beside a node still count as on it */
  node(at: Point, slack: number): SceneNode | undefined
  edge(at: Point): SceneEdge | undefined
  /** What a pointer at a place is on: a node, else an edge, else a node that is gone. */
  hover(at: Point): Hover | undefined
}

/** Pixels beside a node that still count as on it, for a pointer that moves and for one that presses. */
export const slack = { moving: 4, pressing: 6 } as const

/** Points at what a state shows. @param now the time, on the clock of frames */
export function createPointing(
  state: MapState,
  viewPoint: ViewPoint,
  settings: Settings,
  now: () => number,
): Pointing {
  const place = (at: Point) => toMap(viewPoint.camera, at)
  const node = (at: Point, beside: number) => nodeAt(state.scene, place(at), beside / viewPoint.camera.zoom)
  const edge = (at: Point) => edgeAt(state.scene, place(at), settings.edge.reach / viewPoint.camera.zoom)
  return {
    node,
    edge,
    hover(at) {
      const onNode = node(at, slack.moving)
      if (onNode) return { kind: 'node', id: onNode.id }
      const onEdge = edge(at)
      if (onEdge) return { kind: 'edge', id: onEdge.id, at }
      const onGhost = ghostAt(state.scene, place(at), now() - settings.motion.fadeMs)
      return onGhost && { kind: 'ghost', id: onGhost.id, at }
    },
  }
}
