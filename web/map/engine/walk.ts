import type { Selection } from '../../domain/address/route.ts'
import { aroundNode } from '../../domain/node/neighbours.ts'
import { union } from '../../domain/plot/geometry.ts'
import { type Direction, nearest, stepTo } from '../../domain/search/step-to.ts'
import { type CanvasSize, type Padding, toMap } from '../../draw/camera.ts'
import type { Placer } from '../placing/placer.ts'
import type { ViewPoint } from '../view-point.ts'
import type { Clock } from './clock.ts'
import type { MapState } from './map-state.ts'
import type { MapSelection } from './selection.ts'

/** Goes from node to node by keys, and brings into sight what was gone to. */
export interface Walk {
  /** Points at the next node in a direction, or at the one nearest to the middle when none is pointed at or selected. */
  step(direction: Direction): void
  /** Pans just far enough that something is visible beside what covers the map: a node with its neighbours, if they fit. */
  reveal(chosen: Selection): void
}

/** What is walked on. */
export interface WalkParts {
  readonly state: MapState
  readonly selection: Pick<MapSelection, 'node'>
  readonly placer: Placer
  readonly viewPoint: ViewPoint
  readonly layers: { readonly size: CanvasSize }
  readonly clock: Clock
  /** What of the map is covered. */
  readonly covered: () => Padding
  /** Points at a node. */
  readonly point: (id: string) => void
  /** Called when the camera has begun to move. */
  readonly moved: () => void
}

/** Creates what walks on a map. */
export function createWalk(parts: WalkParts): Walk {
  const { state, selection, placer, viewPoint, layers, clock } = parts
  const reveal = (chosen: Selection) => {
    // Each part is revealed in turn, so that the last is visible even where not everything fits.
    const inTurn =
      chosen.kind === 'node'
        ? [aroundNode(chosen.id, state.graph.edges.values()).nodes, [chosen.id]]
        : [[chosen.source, chosen.target]]
    for (const part of inTurn) {
      const box = union(state.boxes(part, placer.places))
      if (box) viewPoint.reveal(box, layers.size, parts.covered(), clock.now())
    }
    parts.moved()
  }
  return {
    step(direction) {
      const there = state.placesNow(placer.places)
      const from = selection.node
      const middle = { x: layers.size.width / 2, y: layers.size.height / 2 }
      const next =
        from !== undefined && there.has(from)
          ? (stepTo(there, from, direction) ?? from)
          : nearest(there, toMap(viewPoint.camera, middle))
      if (next === undefined) return
      parts.point(next)
      reveal({ kind: 'node', id: next })
    },
    reveal,
  }
}
