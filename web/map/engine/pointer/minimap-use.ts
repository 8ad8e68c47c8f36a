import type { Box, Point } from '../../../domain/plot/geometry.ts'
import type { Settings } from '../../../settings.ts'
import { isOn, type Minimap, type MinimapInput, minimapOf, panTo } from '../../minimap/minimap.ts'
import type { ViewPoint } from '../../view-point.ts'

/** The minimap on screen, and what a pointer does with it. */
export interface MinimapUse {
  /** Shows it wherever not all is in sight, that far above the lower edge; undefined hides it. */
  show(bottom: number | undefined): void
  /** The minimap as it is now; undefined when there is none. */
  now(): Minimap | undefined
  /** Whether a place of the screen is on it. */
  isAt(at: Point): boolean
  /** Brings what is at a place of it to the middle. @returns whether it is there */
  press(at: Point): boolean
  /** Takes hold of it. @returns whether it is there */
  grab(at: Point): boolean
  /** Goes on with what was taken hold of. @returns whether anything was */
  drag(at: Point): boolean
  release(): void
}

/**
 * @param extent what all nodes cover; undefined while nothing is laid out
 * @param seen how the map is looked at
 */
export function createMinimapUse(
  viewPoint: ViewPoint,
  extent: () => Box | undefined,
  seen: () => Pick<MinimapInput, 'camera' | 'size' | 'coveredRight'>,
  settings: Settings['minimap'],
): MinimapUse {
  let bottom: number | undefined
  let held: Minimap | undefined
  const now = () =>
    bottom === undefined ? undefined : minimapOf({ extent: extent(), bottom, ...seen() }, settings)
  const at = (place: Point) => {
    const there = now()
    return there && isOn(there, place) ? there : undefined
  }
  const goTo = (on: Minimap | undefined, place: Point): boolean => {
    if (!on) return false
    const { dx, dy } = panTo(on, place, seen())
    viewPoint.pan(dx, dy)
    return true
  }
  return {
    show(above) {
      bottom = above
    },
    now,
    isAt: (place) => at(place) !== undefined,
    press: (place) => goTo(at(place), place),
    grab(place) {
      held = at(place)
      return held !== undefined
    },
    drag: (place) => goTo(held, place),
    release() {
      held = undefined
    },
  }
}
