import type { Point } from '../../domain/plot/geometry.ts'
import type { Places } from './places.ts'

/** Nodes of a view in one layout that the user has put somewhere, where they stay whatever is laid out. */
export interface Pins {
  /** Whether a node is pinned. */
  has(id: string): boolean
  /** Where pinned nodes are. */
  places(): ReadonlyMap<string, Point>
  /** Where a pinned node would be without its pin; undefined while the layout has given it no place. */
  home(id: string): Point | undefined
  /** Pins a node at a place. */
  pin(id: string, at: Point): void
  /** Lets go of a node, and returns the place that it goes back to, if it has one. */
  unpin(id: string): Point | undefined
  /** The layout has given a pinned node a place, which it takes once it is not pinned any more. */
  setHome(id: string, at: Point): void
  /** Moves the homes of all pinned nodes, as all others are moved. */
  moveHomes(move: (home: Point) => Point): void
  /** Puts all pinned nodes where they are pinned, and the others back that were pinned when this was called before. */
  apply(): void
}

/**
 * Pins of one layout.
 *
 * @param places where the nodes are in this layout
 * @param pinned where nodes are pinned in the view, the same in all its layouts
 */
export function createPins(places: Places, pinned: Map<string, Point>): Pins {
  const homes = new Map<string, Point>()
  const put = (id: string, at: Point) => {
    const place = places.target(id)
    if (place && !homes.has(id)) homes.set(id, place)
    places.put(id, at)
  }
  return {
    has: (id) => pinned.has(id),
    places: () => pinned,
    home: (id) => homes.get(id),
    pin(id, at) {
      // The one that was pinned last is the last in order.
      pinned.delete(id)
      pinned.set(id, at)
      put(id, at)
    },
    unpin(id) {
      const home = homes.get(id)
      pinned.delete(id)
      homes.delete(id)
      return home
    },
    setHome: (id, at) => void homes.set(id, at),
    moveHomes(move) {
      for (const [id, home] of homes) homes.set(id, move(home))
    },
    apply() {
      for (const [id, home] of homes) {
        if (pinned.has(id)) continue
        places.put(id, home)
        homes.delete(id)
      }
      for (const [id, at] of pinned) put(id, at)
    },
  }
}
