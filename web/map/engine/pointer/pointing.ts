import type { Point } from '../../../domain/plot/geometry.ts'
import { toMap } from '../../../draw/camera.ts'
import type { LookedAt, SceneEdge, SceneNode } from '../../../draw/scene.ts'
import type { Settings } from '../../../settings.ts'
import { edgeAt, ghostAt, nodeAt } from '../../hit.ts'
import type { Overview } from '../../overview/overview.ts'
import type { Hover } from '../../renderer/protocol.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { MapState } from '../map-state.ts'

/** Finds out what of the map is at a place of the screen. */
export interface Pointing {
  /** @param slack how many pixels beside a node still count as on it */
  node(at: Point, slack: number): SceneNode | undefined
  /** An edge, or the line of a bundle. */
  edge(at: Point): SceneEdge | undefined
  /** Whether what was found is the line of a bundle. */
  isBundle(edge: SceneEdge): boolean
  /** What a pointer at a place is on: a node, else an edge, else a node that is gone. */
  hover(at: Point): Hover | undefined
}

/** Pixels beside a node that still count as on it, for a pointer that moves and for one that presses. */
export const slack = { moving: 4, pressing: 6 } as const

/**
 * Points at what a state shows.
 *
 * @param looked what is looked at just now
 * @param now the time, on the clock of frames
 * @param overview what is drawn when the map is seen from afar; undefined when it is not
 */
export function createPointing(
  state: MapState,
  viewPoint: ViewPoint,
  looked: () => LookedAt,
  settings: Settings,
  now: () => number,
  overview: () => Overview | undefined,
): Pointing {
  const place = (at: Point) => toMap(viewPoint.camera, at)
  const node = (at: Point, beside: number) => nodeAt(state.scene, place(at), beside / viewPoint.camera.zoom)
  const edge = (at: Point) => {
    const found = edgeAt(
      overview()?.scene ?? state.scene,
      place(at),
      settings.edge.reach / viewPoint.camera.zoom,
      looked(),
    )
    // From afar an edge that is the only one between two hulls is drawn from middle to middle.
    return found && (state.scene.edgeById.get(found.id) ?? found)
  }
  return {
    node,
    edge,
    isBundle: ({ id }) => overview()?.bundles.has(id) ?? false,
    hover(at) {
      const onNode = node(at, slack.moving)
      if (onNode) return { kind: 'node', id: onNode.id }
      const onEdge = edge(at)
      const bundle = onEdge && overview()?.bundles.get(onEdge.id)
      if (onEdge && bundle) {
        const { from, to, edges } = bundle
        return { kind: 'bundle', id: onEdge.id, from, to, edges, at }
      }
      if (onEdge) return { kind: 'edge', id: onEdge.id, at }
      const onGhost = ghostAt(state.scene, place(at), now() - settings.motion.fadeMs)
      return onGhost && { kind: 'ghost', id: onGhost.id, at }
    },
  }
}
