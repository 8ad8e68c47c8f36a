import type { Point } from '../domain/geometry.ts'
import { emptyGraph, type Graph } from '../domain/graph.ts'
import { carried } from '../domain/node-look.ts'
import type { LayoutClient } from '../layout/client.ts'
import type { Settings } from '../settings.ts'
import { createPlaces, type Places } from './places.ts'
import { planLayout, sizes } from './plan.ts'
import { createRooms, type Rooms } from './rooms.ts'

/** Gives the nodes of the shown view their places, and remembers those of the other views. */
export interface Placer {
  readonly places: Places
  /** Nothing is waiting for its first place. */
  readonly settled: boolean
  /** Goes to another view, whose nodes find the places they had. */
  enter(view: string): void
  /** Lays out what has no place yet; with `everything`, all anew. */
  arrange(graph: Graph, everything: boolean): void
  /** Puts a node somewhere by hand; it is not taken away from there. */
  put(id: string, at: Point): void
}

/** What a placer asks and tells. */
export interface PlacerEvents {
  readonly aspect: () => number
  readonly labelWidth: (node: { readonly label: string; readonly labelMinor: string }) => number
  /** How long nodes take to a new place. */
  readonly moveMs: () => number
  /** Nodes were placed. `whole`: all of them, `first`: for the first time. */
  readonly placed: (how: { readonly whole: boolean; readonly first: boolean }) => void
}

interface ViewPlaces {
  readonly places: Places
  /** Nodes put into the grid because they had no connection then. */
  readonly single: Set<string>
  readonly rooms: Rooms
  /** What places were last asked for. */
  arranged: Graph
  settled: boolean
}

/** A placer that lays out in the background. */
export function createPlacer(layout: LayoutClient, events: PlacerEvents, settings: Settings): Placer {
  const views = new Map<string, ViewPlaces>()
  const bodySize = sizes(events.labelWidth, settings)
  const newView = (): ViewPlaces => {
    const places = createPlaces()
    const rooms = createRooms({
      places,
      sizesIn: ({ nodes, edges }) => {
        const loads = carried(edges.values())
        return (node) => bodySize(node, loads, nodes.size)
      },
      margin: settings.layout.margin,
    })
    return { places, single: new Set(), rooms, arranged: emptyGraph, settled: false }
  }
  let current = newView()
  let newest: Graph | undefined
  let underWay: ViewPlaces | undefined

  const finish = (whole: boolean) => {
    const first = !current.settled
    current.settled = true
    events.placed({ whole, first })
  }

  const arrange = (graph: Graph, everything: boolean) => {
    newest = graph
    if (underWay === current && !everything) return
    const view = current
    const { places, single, rooms } = view
    const { moved, homes } = rooms.follow(view.arranged, graph, performance.now(), events.moveMs())
    view.arranged = graph
    if (everything) {
      single.clear()
      rooms.clear()
    }
    const plan = planLayout(
      {
        graph,
        placeOf: (id) => (everything || homes.has(id) ? undefined : places.target(id)),
        single,
        labelWidth: events.labelWidth,
        aspect: events.aspect(),
        homes: everything ? new Map() : homes,
      },
      settings,
    )
    if (!plan) {
      if (!view.settled && graph.nodes.size > 0) finish(true)
      else if (moved) finish(false)
      return
    }
    underWay = view
    layout.arrange(plan.request, (goals) => {
      underWay = undefined
      if (view !== current) return
      const connected = new Set(plan.request.edges.flat().map((index) => plan.request.nodes[index]?.id))
      for (const id of goals.keys()) {
        if (connected.has(id)) single.delete(id)
        else if (!places.target(id) || plan.whole) single.add(id)
      }
      const stays = new Set(plan.request.nodes.filter((node) => node.at).map((node) => node.id))
      const newcomers = new Map([...goals].filter(([id]) => !stays.has(id)))
      places.moveTo(newcomers, performance.now(), view.settled ? events.moveMs() : 0)
      if (plan.whole) rooms.clear()
      finish(plan.whole)
      // What came while this was laid out waits for its own turn.
      if (newest && newest !== graph) arrange(newest, false)
    })
  }

  return {
    get places() {
      return current.places
    },
    get settled() {
      return current.settled
    },
    enter(view) {
      const known = views.get(view) ?? newView()
      known.settled = false
      views.set(view, known)
      current = known
      newest = undefined
    },
    arrange,
    put(id, at) {
      current.places.put(id, at)
      current.single.delete(id)
    },
  }
}
