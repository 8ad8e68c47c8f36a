import { type CanvasSize, visible } from '../../draw/camera.ts'
import type { Settings } from '../../settings.ts'
import type { KeptPlaces, Placer } from '../placing/placer.ts'
import type { Listener } from '../renderer/renderer.ts'
import type { ViewPoint } from '../view-point.ts'
import { listedNodes } from './listed.ts'
import type { MapState } from './map-state.ts'
import type { Pinning } from './pointer/pinning.ts'

/** What the page is told of the map each time that it comes to rest: the camera, what is in sight, and where nodes are. */
export interface Rest {
  /** The camera or places have changed. */
  moved(): void
  /** The same, by hand: the page is told only some time after the last such move. */
  movedByHand(nowMs: number): void
  /** Nodes have other places, or other pins, than the page knows. */
  placesChanged(): void
  /** Whether somebody is moving the map by hand. */
  isByHand(nowMs: number): boolean
  /**
   * Tells the page, unless it knows already or the map is being moved by hand.
   *
   * @param atOnce even then
   * @returns in how many milliseconds it is to be told; undefined when it knows
   */
  tell(nowMs: number, atOnce: boolean): number | undefined
}

/** What is told of. */
export interface RestParts {
  readonly state: MapState
  readonly viewPoint: ViewPoint
  readonly placer: Placer
  readonly pinning: Pick<Pinning, 'shown'>
  readonly layers: { readonly size: CanvasSize }
  readonly tell: Listener
}

/** Creates the rest of a map of which there is nothing to tell yet. */
export function createRest(
  { state, viewPoint, placer, pinning, layers, tell }: RestParts,
  { camera: { restMs }, layout: { keptMost }, list: { nodesMost } }: Settings,
): Rest {
  let isTold = true
  let arePlacesTold = true
  let movedByHandMs = Number.NEGATIVE_INFINITY

  /** What is to be kept of places: of a map of very many nodes only those of pinned ones. */
  const keptPlaces = (): KeptPlaces => {
    const kept = placer.kept()
    if (state.graph.nodes.size <= keptMost) return kept
    return { ...kept, places: new Map(), single: new Set() }
  }

  return {
    moved() {
      isTold = false
    },
    movedByHand(nowMs) {
      movedByHandMs = nowMs
      isTold = false
    },
    placesChanged() {
      arePlacesTold = false
    },
    isByHand: (nowMs) => nowMs < movedByHandMs + restMs,
    tell(nowMs, atOnce) {
      if (isTold) return undefined
      const waitMs = atOnce ? 0 : movedByHandMs + restMs - nowMs
      if (waitMs > 0) return waitMs
      isTold = true
      const { camera } = viewPoint
      const inSight = visible(camera, layers.size)
      const listed = listedNodes(state.graph, state.scene.nodes, placer.places, inSight, nodesMost)
      const sight = viewPoint.sight(layers.size)
      tell({ kind: 'rest', rest: { view: state.view, camera, sight, listed, pinned: pinning.shown() } })
      if (!arePlacesTold && placer.settled) tell({ kind: 'places', kept: keptPlaces() })
      arePlacesTold = true
      return undefined
    },
  }
}
