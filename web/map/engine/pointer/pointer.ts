import type { Point } from '../../../domain/plot/geometry.ts'
import type { LookedAt } from '../../../draw/scene.ts'
import type { Settings } from '../../../settings.ts'
import type { Overview } from '../../overview/overview.ts'
import type { Hover, MapCommand } from '../../renderer/protocol.ts'
import type { Listener } from '../../renderer/renderer.ts'
import type { ViewPoint } from '../../view-point.ts'
import type { MapState } from '../map-state.ts'
import { createDrag } from './drag.ts'
import type { MinimapUse } from './minimap-use.ts'
import type { Pinning } from './pinning.ts'
import { createPointing } from './pointing.ts'
import { createPresses } from './presses.ts'

/** What a pointer, a finger or a wheel does to the map. */
type PointerKind = 'hover' | 'click' | 'menu' | 'grab' | 'drag' | 'release' | 'pan' | 'zoom' | 'step-zoom'

/** Handlers of the commands of a pointer. */
export type PointerHandlers = {
  readonly [K in PointerKind]: (command: Extract<MapCommand, { readonly kind: K }>) => void
}

/** A pointer over the map. */
export interface Pointer {
  readonly handlers: PointerHandlers
  /** What is at a place of the screen; nothing where something lies over the map. */
  under(at: Point): Hover | undefined
}

/** What a pointer works on. */
export interface PointerParts {
  readonly state: MapState
  readonly viewPoint: ViewPoint
  readonly pinning: Pinning
  /** The minimap, which takes what happens over it. */
  readonly minimap: MinimapUse
  /** What is looked at just now. */
  readonly looked: () => LookedAt
  /** What is drawn when the map is seen from afar; undefined when it is not. */
  readonly overview: () => Overview | undefined
  /** Middle of the map on screen. */
  readonly middle: () => Point
  /** The time, on the clock of frames. */
  readonly now: () => number
  /** The pointer is at a place, where something is or nothing; without a place, it is not on the map. */
  readonly hover: (next: Hover | undefined, at: Point | undefined) => void
  /** A node was put somewhere. @param isNew whether it was not pinned before */
  readonly put: (isNew: boolean) => void
  /** The camera is somewhere else. */
  readonly moved: () => void
  /** The same, and somebody waits to see it. */
  readonly movedByHand: () => void
  readonly tell: Listener
}

/** Creates a pointer that nothing was done with yet. */
export function createPointer(parts: PointerParts, settings: Settings): Pointer {
  const { state, viewPoint, pinning, minimap, tell } = parts
  const pointing = createPointing(state, viewPoint, parts.looked, settings, parts.now, parts.overview)
  const drag = createDrag(pointing, viewPoint)
  const presses = createPresses({ state, pointing, pinning, viewPoint, tell })
  const under = (at: Point) => (minimap.isAt(at) ? undefined : pointing.hover(at))
  const handlers: PointerHandlers = {
    hover: ({ at }) => parts.hover(at && under(at), at),
    click({ at, again, afterMenu }) {
      if (minimap.press(at)) parts.movedByHand()
      else if (!(afterMenu && presses.hasMenu)) presses.click(at, again)
    },
    menu: ({ at }) => presses.menu(minimap.isAt(at) ? undefined : at),
    grab({ at, afterMenu }) {
      if (!minimap.grab(at) && !(afterMenu && presses.hasMenu)) drag.grab(at)
    },
    drag({ at }) {
      const put = minimap.drag(at) ? undefined : drag.to(at)
      if (put) parts.put(pinning.put(put.id, put.at))
      else parts.movedByHand()
    },
    release() {
      minimap.release()
      drag.release()
      parts.moved()
    },
    pan({ dx, dy }) {
      viewPoint.pan(dx, dy)
      parts.movedByHand()
    },
    zoom({ at, factor }) {
      viewPoint.zoomAt(minimap.isAt(at) ? parts.middle() : at, factor)
      parts.movedByHand()
    },
    'step-zoom'({ factor }) {
      viewPoint.zoomTo(parts.middle(), factor, parts.now())
      parts.moved()
    },
  }
  return { handlers, under }
}
