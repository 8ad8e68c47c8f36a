import { layoutKindOf, layoutKinds } from '../domain/address/layout-kind.ts'
import type { Point } from '../domain/plot/geometry.ts'
import type { KeptPlaces } from './placing/placer.ts'

/** Places of nodes, kept in the storage of the tab while the page loads again or shows something else than the map. */
export interface PlaceStore {
  /** What was kept before. A view has pins and no places when these were left out. */
  readonly found: readonly KeptPlaces[]
  /** Notes where the nodes of a view are. */
  note(kept: KeptPlaces): void
  /** Writes what was noted; for when the page or its map goes. */
  write(): void
}

/** The entries of the storage. */
const key = 'scope.places'
const pinsKey = 'scope.pins'

/** Of more pinned nodes of a view, those are forgotten that were pinned first. */
const pinsMost = 500

type Entry = readonly [
  view: string,
  kind: string,
  nodes: readonly (readonly [string, number, number, 0 | 1])[],
]
type PinsEntry = readonly [view: string, pins: readonly (readonly [string, number, number])[]]

/**
 * @param storage that of the tab; throws when it is forbidden or full, and nothing is kept then
 * @param nodesMost of more nodes, in all views together, those of the views are left out that were noted first, but not their pins
 */
export function createPlaceStore(storage: () => Storage, nodesMost: number): PlaceStore {
  const found = read(storage)
  const noted = new Map(found.map((kept) => [nameOf(kept), kept]))
  // Pins are the same in all layouts of a view.
  const pins = new Map(found.map(({ view, pinned }) => [view, pinned]))
  return {
    found,
    note(kept) {
      noted.delete(nameOf(kept))
      noted.set(nameOf(kept), kept)
      pins.set(kept.view, kept.pinned)
    },
    write() {
      let left = nodesMost
      const fits = [...noted.values()].toReversed().filter(({ places }) => {
        if (places.size > left) return false
        left -= places.size
        return true
      })
      try {
        storage().setItem(pinsKey, JSON.stringify([...pins].flatMap(pinsEntryOf)))
        storage().setItem(key, JSON.stringify(fits.toReversed().map(entryOf)))
      } catch {
        // After the next load, nodes are then laid out anew.
      }
    },
  }
}

const nameOf = ({ view, kind }: KeptPlaces) => `${kind} ${view}`

const round = (length: number) => Math.round(length * 10) / 10

function pinsEntryOf([view, pinned]: readonly [string, ReadonlyMap<string, Point>]): PinsEntry[] {
  if (pinned.size === 0) return []
  return [[view, [...pinned].slice(-pinsMost).map(([id, { x, y }]) => [id, round(x), round(y)] as const)]]
}

function entryOf({ view, kind, places, single }: KeptPlaces): Entry {
  return [
    view,
    kind,
    [...places].map(([id, { x, y }]) => [id, round(x), round(y), single.has(id) ? 1 : 0] as const),
  ]
}

function read(storage: () => Storage): KeptPlaces[] {
  try {
    const entries = JSON.parse(storage().getItem(key) ?? '[]') as readonly Entry[]
    const pins = new Map(JSON.parse(storage().getItem(pinsKey) ?? '[]') as readonly PinsEntry[])
    const placed = new Set(entries.map(([view]) => view))
    const pinnedOnly = [...pins.keys()]
      .filter((view) => !placed.has(view))
      .map((view): Entry => [view, layoutKinds[0].kind, []])
    return [...pinnedOnly, ...entries].map(([view, kind, nodes]) => ({
      view,
      kind: layoutKindOf(kind),
      places: new Map(nodes.map(([id, x, y]): [string, Point] => [id, { x, y }])),
      single: new Set(nodes.flatMap(([id, , , single]) => (single === 1 ? [id] : []))),
      pinned: new Map((pins.get(view) ?? []).map(([id, x, y]): [string, Point] => [id, { x, y }])),
    }))
  } catch {
    return []
  }
}
