import type { Point } from '../../../domain/plot/geometry.ts'
import { type Direction, vectors } from '../../../domain/search/step-to.ts'
import type { Placer } from '../../placing/placer.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { MapState } from '../map-state.ts'

/** What a user does with the pins of nodes. */
export interface Pinning {
  /** Whether a node is pinned. */
  has(id: string): boolean
  /** Ids of the nodes of the map that are pinned. */
  shown(): ReadonlySet<string>
  /** Puts a node somewhere, and pins it there. @returns whether it was not pinned before */
  put(id: string, at: Point): boolean
  /** Pins a node where it is, or lets go of it. Does nothing without a node. */
  toggle(id: string | undefined): void
  /** Moves a node by some pixels of the screen, and pins it there. @returns whether there is such a node */
  nudge(id: string | undefined, direction: Direction, pixels: number): boolean
  /** Lets go of a node. */
  unpin(id: string): void
  /** Lets go of all nodes of the view. */
  unpinAll(): void
}

/** @param changed called when nodes were pinned or let go of, but for {@link Pinning.put}, after which the caller draws */
export function createPinning(
  state: MapState,
  placer: Placer,
  viewPoint: ViewPoint,
  changed: () => void,
): Pinning {
  /** Where a node of the map is, or is going to be. */
  const placeOf = (id: string) => (state.graph.nodes.has(id) ? placer.places.target(id) : undefined)
  const put = (id: string, at: Point): boolean => {
    const isNew = !placer.pinned.has(id)
    placer.pin(id, at)
    return isNew
  }
  const pin = (id: string, at: Point) => {
    put(id, at)
    changed()
  }
  const unpin = (ids: readonly string[]) => {
    placer.unpin(ids)
    changed()
  }
  return {
    has: (id) => placer.pinned.has(id),
    shown: () => new Set([...placer.pinned.keys()].filter((id) => state.graph.nodes.has(id))),
    put,
    toggle(id) {
      const at = id === undefined ? undefined : placeOf(id)
      if (id === undefined || !at) return
      if (placer.pinned.has(id)) unpin([id])
      else pin(id, at)
    },
    nudge(id, direction, pixels) {
      const at = id === undefined ? undefined : placeOf(id)
      if (id === undefined || !at) return false
      const step = pixels / viewPoint.camera.zoom
      const { x, y } = vectors[direction]
      pin(id, { x: at.x + x * step, y: at.y + y * step })
      return true
    },
    unpin: (id) => unpin([id]),
    unpinAll: () => unpin([...placer.pinned.keys()]),
  }
}
