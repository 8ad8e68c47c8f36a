import { layoutKindOf } from '../domain/layout-kind.ts'
import type { Point } from '../domain/plot/geometry.ts'
import type { KeptPlaces } from './placing/placer.ts'

/** Places of nodes, kept in the storage of the tab while the page loads again. */
export interface PlaceStore {
  /** What the page kept before it was loaded. */
  readonly found: readonly KeptPlaces[]
  /** Notes where the nodes of a view are. */
  note(kept: KeptPlaces): void
  /** Writes what was noted; for when the page goes. */
  write(): void
}

/** The entry of the storage. */
const key = 'scope.places'

type Entry = readonly [
  view: string,
  kind: string,
  nodes: readonly (readonly [string, number, number, 0 | 1])[],
]

/**
 * @param storage that of the tab; throws when it is forbidden or full, and nothing is kept then
 * @param nodesMost of more nodes, in all views together, those of the views are left out that were noted first
 */
export function createPlaceStore(storage: () => Storage, nodesMost: number): PlaceStore {
  const found = read(storage)
  const noted = new Map(found.map((kept) => [nameOf(kept), kept]))
  return {
    found,
    note(kept) {
      noted.delete(nameOf(kept))
      noted.set(nameOf(kept), kept)
    },
    write() {
      let left = nodesMost
      const fits = [...noted.values()].toReversed().filter(({ places }) => {
        left -= places.size
        return left >= 0
      })
      try {
        storage().setItem(key, JSON.stringify(fits.toReversed().map(entryOf)))
      } catch {
        // After the next load, nodes are then laid out anew.
      }
    },
  }
}

const nameOf = ({ view, kind }: KeptPlaces) => `${kind} ${view}`

function entryOf({ view, kind, places, single }: KeptPlaces): Entry {
  const round = (length: number) => Math.round(length * 10) / 10
  return [
    view,
    kind,
    [...places].map(([id, { x, y }]) => [id, round(x), round(y), single.has(id) ? 1 : 0] as const),
  ]
}

function read(storage: () => Storage): KeptPlaces[] {
  try {
    const entries = JSON.parse(storage().getItem(key) ?? '[]') as readonly Entry[]
    return entries.map(([view, kind, nodes]) => ({
      view,
      kind: layoutKindOf(kind),
      places: new Map(nodes.map(([id, x, y]): [string, Point] => [id, { x, y }])),
      single: new Set(nodes.flatMap(([id, , , single]) => (single === 1 ? [id] : []))),
    }))
  } catch {
    return []
  }
}
