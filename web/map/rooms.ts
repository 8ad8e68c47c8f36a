import type { NodeSummary } from '../../src/topology/types.ts'
import type { Point } from '../domain/geometry.ts'
import type { Graph } from '../domain/graph.ts'
import type { LayoutNode } from '../layout/protocol.ts'
import type { Places } from './places.ts'
import { asideOf, backInto, type Room, regrouping, roomFor, spreadOver } from './regroup.ts'

/** Where nodes start that came out of a group, by id. */
export type Homes = ReadonlyMap<string, NonNullable<LayoutNode['home']>>

/** What rooms are made with. */
export interface RoomsInput {
  readonly places: Places
  /** The space that a node takes in a graph. */
  readonly sizesIn: (
    graph: Graph,
  ) => (node: NodeSummary) => { readonly r: number; readonly halfWidth: number; readonly below: number }
  readonly margin: number
}

/** The room that open groups have on the map, made and given up as they are opened and closed. */
export interface Rooms {
  /**
   * Moves everything aside for the groups opened since the graph before, and back for those closed.
   *
   * @returns whether anything moved, and where the nodes start that came out
   */
  follow(
    before: Graph,
    after: Graph,
    nowMs: number,
    lengthMs: number,
  ): { readonly moved: boolean; readonly homes: Homes }
  /** Forgets all rooms: everything was laid out anew. */
  clear(): void
}

/** No rooms yet. */
export function createRooms({ places, sizesIn, margin }: RoomsInput): Rooms {
  const radii = new Map<string, number>()

  const moveAll = (change: (place: Point) => Point, nowMs: number, lengthMs: number) => {
    const goals = new Map<string, Point>()
    for (const id of places.now.keys()) {
      const place = places.target(id)
      if (place) goals.set(id, change(place))
    }
    places.moveTo(goals, nowMs, lengthMs)
  }

  const close = (id: string, members: readonly NodeSummary[], nowMs: number, lengthMs: number) => {
    const centre = places.target(id) ?? middle(members.flatMap((node) => places.target(node.id) ?? []))
    const radius = radii.get(id)
    radii.delete(id)
    places.forget(members.map((node) => node.id))
    if (!centre) return
    places.put(id, centre)
    if (radius !== undefined) moveAll((place) => backInto({ centre, radius }, place), nowMs, lengthMs)
  }

  const open = (
    id: string,
    members: readonly NodeSummary[],
    after: Graph,
    homes: Map<string, NonNullable<LayoutNode['home']>>,
    nowMs: number,
    lengthMs: number,
  ) => {
    const centre = places.target(id)
    if (!centre) return
    const sizeOf = sizesIn(after)
    const sizes = members.map((node) => {
      const { r, halfWidth, below } = sizeOf(node)
      return { width: 2 * halfWidth, height: r + below }
    })
    const room: Room = roomFor(centre, sizes, margin)
    places.forget(members.map((node) => node.id))
    radii.set(id, room.radius)
    moveAll((place) => asideOf(room, place), nowMs, lengthMs)
    const starts = spreadOver(room, members.length)
    members.forEach((node, index) => {
      homes.set(node.id, { start: starts[index] ?? centre, centre })
      places.put(node.id, centre)
    })
  }

  return {
    follow(before, after, nowMs, lengthMs) {
      const { opened, closed } = regrouping(before, after)
      const homes = new Map<string, NonNullable<LayoutNode['home']>>()
      for (const [id, members] of closed) close(id, members, nowMs, lengthMs)
      for (const [id, members] of opened) open(id, members, after, homes, nowMs, lengthMs)
      return { moved: closed.size + opened.size > 0, homes }
    },
    clear: () => radii.clear(),
  }
}

function middle(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined
  const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }))
  return { x: sum.x / points.length, y: sum.y / points.length }
}
