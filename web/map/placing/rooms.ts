import { type Point, union } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import { type NodeSize, noSize, parted } from './parted.ts'
import type { Pins } from './pins.ts'
import type { Places } from './places.ts'
import { asideOf, backInto, type HeldNodes, type Room } from './regroup.ts'

/** Makes room on the map for the members of open groups, and takes it back when groups are closed. */
export interface Rooms {
  /**
   * Puts the members of a group around the place of the group's node, and moves all other nodes aside.
   *
   * @param layout places of the members relative to each other
   * @param sizes of all nodes that are shown
   */
  make(
    groupId: string,
    layout: ReadonlyMap<string, Point>,
    sizes: ReadonlyMap<string, NodeSize>,
    nowMs: number,
    lengthMs: number,
  ): void
  /**
   * Puts the nodes of closed groups where their members were, and moves other nodes back. False when no group was
   * closed.
   */
  giveUp(closed: HeldNodes, nowMs: number, lengthMs: number): boolean
  /** Forgets all rooms, because all nodes were laid out again. */
  clear(): void
}

interface MadeRoom {
  readonly room: Room
  /** The places of all other nodes before the room was made, and after. */
  readonly moved: ReadonlyMap<string, { readonly from: Point; readonly to: Point }>
}

/** No rooms yet. @param pins the nodes that never move, whatever is opened or closed around them */
export function createRooms(
  places: Places,
  pins: Pins,
  { margin, roomMargin }: Pick<Settings['layout'], 'margin' | 'roomMargin'>,
): Rooms {
  const made = new Map<string, MadeRoom>()

  /** Where the nodes are, or are going to be, that may be moved. */
  const targets = (): Map<string, Point> =>
    new Map(
      [...places.now.keys()].flatMap((id) =>
        pins.has(id) ? [] : [[id, places.target(id) ?? { x: 0, y: 0 }] as const],
      ),
    )

  return {
    make(groupId, layout, sizes, nowMs, lengthMs) {
      const centre = places.target(groupId)
      const box = union(
        [...layout].map(([id, { x, y }]) => {
          const { r, halfWidth, below } = sizes.get(id) ?? noSize
          return { left: x - halfWidth, right: x + halfWidth, top: y - r, bottom: y + below }
        }),
      )
      if (!centre || !box) return
      const shiftX = centre.x - (box.left + box.right) / 2
      const shiftY = centre.y - (box.top + box.bottom) / 2
      const pinned = pins.places()
      const around = new Map([...layout].map(([id, { x, y }]) => [id, { x: x + shiftX, y: y + shiftY }]))
      const free = new Map([...around].filter(([id]) => !pins.has(id)))
      const members = pinned.size === 0 ? free : parted(free, pinned, sizes, margin)
      const room: Room = {
        centre,
        halfWidth: ((box.right - box.left) / 2 + roomMargin) * cornerFactor,
        halfHeight: ((box.bottom - box.top) / 2 + roomMargin) * cornerFactor,
      }
      const before = targets()
      for (const id of members.keys()) before.delete(id)
      const aside = new Map([...before].map(([id, place]) => [id, asideOf(room, place)]))
      const others = parted(aside, new Map([...pinned, ...members]), sizes, margin)
      pins.moveHomes((home) => asideOf(room, home))
      for (const [id, at] of around) if (pins.has(id)) pins.setHome(id, at)
      const moved = new Map([...before].map(([id, from]) => [id, { from, to: others.get(id) ?? from }]))
      made.set(groupId, { room, moved })
      places.moveTo(new Map([...others, ...members]), nowMs, lengthMs)
    },
    giveUp(closed, nowMs, lengthMs) {
      // Rooms are undone in reverse order, so that every node returns to the place that it had before.
      const inOrder = [...made.keys()]
      const lastFirst = [...closed].sort(([a], [b]) => inOrder.indexOf(b) - inOrder.indexOf(a))
      for (const [id, nodes] of lastFirst) {
        const held = made.get(id)
        made.delete(id)
        const centre = places.target(id) ?? middle(nodes.flatMap((node) => places.target(node.id) ?? []))
        places.forget(nodes.map((node) => node.id))
        if (!centre) continue
        places.put(id, centre)
        if (!held) continue
        const back = (place: Point, known: string): Point => {
          const way = held.moved.get(known)
          const stayed = way && Math.hypot(way.to.x - place.x, way.to.y - place.y) < 1
          return stayed ? way.from : backInto({ ...held.room, centre }, place)
        }
        const goals = [...targets()].map(([known, place]) => [known, back(place, known)] as const)
        places.moveTo(new Map(goals), nowMs, lengthMs)
        pins.moveHomes((home) => backInto({ ...held.room, centre }, home))
      }
      return closed.size > 0
    },
    clear: () => made.clear(),
  }
}

/**
 * A superellipse with exponent 4 whose half-axes are a rectangle's times this factor goes through the rectangle's
 * corners.
 */
const cornerFactor = 2 ** 0.25

function middle(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined
  const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }))
  return { x: sum.x / points.length, y: sum.y / points.length }
}
