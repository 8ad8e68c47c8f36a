import type { LayoutKind } from '../../domain/address/layout-kind.ts'
import { emptyGraph, type Outline, type OutlineNode } from '../../domain/graph/graph.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { LayoutClient } from '../../layout/client.ts'
import type { Settings } from '../../settings.ts'
import { type NodeSize, parted } from './parted.ts'
import { createPins, type Pins } from './pins.ts'
import { createPlaces, type Places } from './places.ts'
import { planLayout, sizes } from './plan.ts'
import { amidst, foldedBack, regrouping } from './regroup.ts'
import { createRooms, type Rooms } from './rooms.ts'

/** Places the nodes of the current view, and remembers the places of nodes in other views. */
export interface Placer {
  readonly places: Places
  /** Whether the first layout of the current view is done. */
  readonly settled: boolean
  /** Switches to another view or layout. Nodes get the places that they had there before. */
  enter(view: string, kind: LayoutKind): void
  /** Gives nodes of a view that was not entered yet the places that they had before the page was loaded. */
  remember(kept: KeptPlaces): void
  /** Where the nodes of the current view are, or are going to be. */
  kept(): KeptPlaces
  /** Places the nodes that have no place yet; with `everything`, lays out all nodes again. */
  arrange(graph: Outline, everything: boolean): void
  /** Where nodes of the current view are pinned, also such as are not there just now. */
  readonly pinned: ReadonlyMap<string, Point>
  /** Pins a node where the user has put it. All layouts of the view leave it there. */
  pin(id: string, at: Point): void
  /** Lets go of pinned nodes: each moves back to where the layout has it, or beside who is there now. */
  unpin(ids: Iterable<string>): void
}

/** Where the nodes of a view are in a layout. */
export interface KeptPlaces {
  readonly view: string
  readonly kind: LayoutKind
  /** Of a pinned node the place that it would have without its pin. */
  readonly places: ReadonlyMap<string, Point>
  /** Those of them that are in the grid of unconnected nodes. */
  readonly single: ReadonlySet<string>
  /** Where nodes of the view are pinned, in each layout; the newest last. */
  readonly pinned: ReadonlyMap<string, Point>
}

/** What a finished layout has placed. */
export interface Placed {
  /** All nodes were laid out. */
  readonly whole: boolean
  /** This was the first layout since the view was entered. */
  readonly first: boolean
  /** Groups were opened or closed. */
  readonly regrouped: boolean
}

/** What a placer needs to know, and the callback that it makes. */
export interface PlacerEvents {
  readonly aspect: () => number
  readonly labelWidth: (node: { readonly label: string; readonly labelMinor: string }) => number
  /** Duration of the movement of a node to its new place. */
  readonly moveMs: () => number
  /** The time, on the clock of frames. */
  readonly now: () => number
  /** Nodes were placed. */
  readonly placed: (how: Placed) => void
}

interface ViewPlaces {
  readonly view: string
  readonly kind: LayoutKind
  readonly places: Places
  /** Nodes in the grid of unconnected nodes. They are placed again when they get a connection. */
  readonly single: Set<string>
  readonly pins: Pins
  readonly rooms: Rooms
  /** The graph of the last call of `arrange`. */
  arranged: Outline
  /** Groups that were opened and whose members have no places yet. */
  readonly opening: Map<string, readonly OutlineNode[]>
  /** Members of the group for which room is being made: until then they are all where the group's node was. */
  making: readonly string[]
  /** Nodes that are gone, the last at the end. They get their places again when they come back. */
  readonly gone: Set<string>
  settled: boolean
  /** When the view was entered last, on the clock of frames. */
  enteredMs: number
  /** What there was when all nodes were laid out last; undefined when the view has places from when it was shown before. */
  laidOut: LaidOut | undefined
}

/** Nodes, and the groups around them, with who of them talked to whom. */
interface LaidOut {
  readonly nodes: ReadonlySet<string>
  /** {@link endsOf} the edges. */
  readonly ends: ReadonlySet<string>
}

/** Creates a placer that lays out in a worker. */
export function createPlacer(layout: LayoutClient, events: PlacerEvents, settings: Settings): Placer {
  const views = new Map<string, ViewPlaces>()
  const bodySize = sizes(events.labelWidth, settings)
  /** Where nodes are pinned, by view. */
  const pinned = new Map<string, Map<string, Point>>()
  const pinnedIn = (view: string): Map<string, Point> => {
    const known = pinned.get(view) ?? new Map<string, Point>()
    pinned.set(view, known)
    return known
  }
  const newView = (view: string, kind: LayoutKind): ViewPlaces => {
    const places = createPlaces()
    const pins = createPins(places, pinnedIn(view))
    const rooms = createRooms(places, pins, settings.layout)
    const [single, gone] = [new Set<string>(), new Set<string>()]
    return {
      view,
      kind,
      places,
      single,
      pins,
      rooms,
      arranged: emptyGraph,
      opening: new Map(),
      making: [],
      gone,
      settled: false,
      enteredMs: events.now(),
      laidOut: undefined,
    }
  }
  const viewOf = (view: string, kind: LayoutKind): ViewPlaces => {
    const key = `${kind} ${view}`
    const known = views.get(key) ?? newView(view, kind)
    views.set(key, known)
    return known
  }
  let current = newView('', 'flow')
  let newest: Outline | undefined
  let underWay: ViewPlaces | undefined

  const finish = (whole: boolean, regrouped = false) => {
    const first = !current.settled
    current.settled = true
    events.placed({ whole, first, regrouped })
  }

  /** What a layout that failed was to place is new to the next change, which asks for another. */
  const giveUp = (view: ViewPlaces) => {
    if (underWay === view) underWay = undefined
    view.places.forget(view.making)
    view.making = []
  }

  const sizesIn = ({ nodes }: Pick<Outline, 'nodes'>): ReadonlyMap<string, NodeSize> =>
    new Map([...nodes].map(([id, node]) => [id, bodySize(node, nodes.size)]))

  /**
   * Of places that were laid out, those that nodes take: pinned ones keep theirs. Where everything is laid out, the others are put beside
   * them; new nodes are there already.
   */
  const besidePins = (
    { pins }: ViewPlaces,
    goals: ReadonlyMap<string, Point>,
    { nodes }: Pick<Outline, 'nodes'>,
    whole: boolean,
  ): ReadonlyMap<string, Point> => {
    const free = new Map([...goals].filter(([id]) => !pins.has(id)))
    for (const [id, at] of goals) if (pins.has(id)) pins.setHome(id, at)
    const pinned = new Map([...pins.places()].filter(([id]) => nodes.has(id)))
    if (!whole || pinned.size === 0) return free
    return parted(free, pinned, sizesIn({ nodes }), settings.layout.margin)
  }

  /**
   * Lays out the members of the next opened group on their own and makes room for them on the map; then continues with
   * the next group. Returns false when no group waits.
   */
  const makeRoom = (view: ViewPlaces, whole: boolean): boolean => {
    const { places, opening, rooms, pins } = view
    const [next] = opening
    if (!next) return false
    const [id, nodes] = next
    opening.delete(id)
    const centre = places.target(id)
    const plan = planLayout(
      {
        graph: amidst(nodes, view.arranged),
        placeOf: () => undefined,
        single: new Set(),
        labelWidth: events.labelWidth,
        aspect: settings.layout.roomAspect,
      },
      settings,
    )
    if (!centre || !plan) return makeRoom(view, whole)
    // Until the layout is done, the members are where the group's node was.
    for (const node of nodes) places.put(node.id, pins.places().get(node.id) ?? centre)
    view.making = nodes.map((node) => node.id)
    underWay = view
    const placed = (goals: ReadonlyMap<string, Point>) => {
      underWay = undefined
      view.making = []
      if (view !== current) return places.forget(goals.keys())
      const lengthMs = view.settled ? events.moveMs() : 0
      rooms.make(id, goals, sizesIn(view.arranged), events.now(), lengthMs)
      if (makeRoom(view, whole)) return
      finish(whole, true)
      if (newest) arrange(newest, false)
    }
    layout.arrange({ ...plan.request, kind: view.kind }, placed, () => giveUp(view))
    return true
  }

  /**
   * Whether a view that was just entered has many nodes that came since all were laid out, or that others were folded into, or many edges
   * between those that were laid out.
   */
  const hasOthers = ({ laidOut, enteredMs }: ViewPlaces, graph: Outline): boolean => {
    const { ms, factor, least } = settings.layout.opening
    if (laidOut === undefined || events.now() - enteredMs >= ms) return false
    const areMany = (all: ReadonlySet<string>, laid: ReadonlySet<string>) => {
      let known = 0
      for (const one of all) if (laid.has(one)) known++
      return all.size >= Math.max(known * factor, known + least)
    }
    // Members of a group that was opened since stand for it.
    const places = placesOf(graph, laidOut.nodes)
    if (areMany(new Set(places.values()), laidOut.nodes)) return true
    const between = new Map([...places].filter(([, place]) => laidOut.nodes.has(place)))
    return areMany(endsOf(graph, between), laidOut.ends)
  }

  const arrange = (graph: Outline, asked: boolean) => {
    newest = graph
    if (underWay === current && !asked) return
    const view = current
    const everything = asked || hasOthers(view, graph)
    const { places, single, rooms, opening, pins } = view
    const { opened, closed } = regrouping(view.arranged, graph)
    noteGone(view, graph, settings.layout.goneMost)
    view.arranged = graph
    const moved = rooms.giveUp(closed, events.now(), events.moveMs())
    for (const id of closed.keys()) opening.delete(id)
    for (const [id, nodes] of opened) opening.set(id, nodes)
    if (everything) {
      single.clear()
      rooms.clear()
      opening.clear()
    }
    if (makeRoom(view, false)) return
    const planOf = (of: Outline) =>
      planLayout(
        {
          graph: of,
          placeOf: (id) => {
            const isNew = everything || of !== graph || (pins.has(id) && !pins.home(id))
            return isNew ? undefined : places.target(id)
          },
          single,
          labelWidth: events.labelWidth,
          aspect: events.aspect(),
        },
        settings,
      )
    const folded = foldedBack(graph)
    const given = planOf(graph)
    // When everything is laid out, open groups are folded into one node each first, so that their members do not mix
    // with other nodes.
    const plan = given?.whole && folded.open.size > 0 ? planOf(folded.graph) : given
    if (!plan) {
      if (!view.settled && graph.nodes.size > 0) finish(true)
      else if (moved) finish(false, true)
      return
    }
    underWay = view
    const placed = (goals: ReadonlyMap<string, Point>) => {
      underWay = undefined
      if (view !== current) return
      const connected = new Set(plan.request.edges.flat().map((index) => plan.request.nodes[index]?.id))
      for (const id of goals.keys()) {
        if (connected.has(id)) single.delete(id)
        else if (!places.target(id) || plan.whole) single.add(id)
      }
      const stays = new Set(plan.request.nodes.filter((node) => node.at).map((node) => node.id))
      const newcomers = new Map([...goals].filter(([id]) => !stays.has(id)))
      const laidOut = besidePins(view, newcomers, plan.whole ? folded.graph : graph, plan.whole)
      places.moveTo(laidOut, events.now(), view.settled ? events.moveMs() : 0)
      if (plan.whole) {
        view.laidOut = laidOutOf(graph)
        rooms.clear()
        for (const [id, nodes] of folded.open) opening.set(id, nodes)
        if (makeRoom(view, true)) return
      }
      finish(plan.whole)
      // The graph may have changed while this layout was computed.
      if (newest && newest !== graph) arrange(newest, false)
    }
    layout.arrange({ ...plan.request, kind: view.kind }, placed, () => giveUp(view))
  }

  return {
    get places() {
      return current.places
    },
    get settled() {
      return current.settled
    },
    enter(view, kind) {
      // What is laid out for a view that was left is dropped when something else is.
      current.places.forget(current.making)
      current.making = []
      const known = viewOf(view, kind)
      known.settled = false
      // What a view has learnt since it was opened moves nothing when it is shown again.
      const isOpening = events.now() - known.enteredMs < settings.layout.opening.ms
      if (!isOpening) known.laidOut = undefined
      known.enteredMs = events.now()
      current = known
      newest = undefined
      current.pins.apply()
    },
    remember({ view, kind, places, single, pinned }) {
      const known = viewOf(view, kind)
      if (known === current) return
      for (const [id, at] of places) known.places.put(id, at)
      for (const id of single) known.single.add(id)
      for (const [id, at] of pinned) pinnedIn(view).set(id, at)
    },
    kept() {
      const { view, kind, places, arranged, single, pins } = current
      const at = [...arranged.nodes.keys()].flatMap((id): [string, Point][] => {
        const place = pins.home(id) ?? places.target(id)
        return place ? [[id, place]] : []
      })
      return {
        ...{ view, kind, places: new Map(at), single: new Set(single) },
        pinned: new Map(pins.places()),
      }
    },
    arrange,
    get pinned() {
      return current.pins.places()
    },
    pin: (id, at) => current.pins.pin(id, at),
    unpin(ids) {
      const { places, pins, arranged } = current
      const homes = new Map<string, Point>()
      for (const id of ids) {
        const home = pins.unpin(id)
        if (home) homes.set(id, home)
      }
      const others = [...arranged.nodes.keys()].flatMap((id): [string, Point][] => {
        const place = homes.has(id) ? undefined : places.target(id)
        return place ? [[id, place]] : []
      })
      const goals = parted(homes, new Map(others), sizesIn(arranged), settings.layout.margin)
      places.moveTo(goals, events.now(), events.moveMs())
    },
  }
}

/** What is laid out of a graph: each open group as one node. */
function laidOutOf(graph: Outline): LaidOut {
  const places = placesOf(graph, new Set([...graph.nodes.values()].flatMap(({ group }) => group?.id ?? [])))
  return { nodes: new Set(places.values()), ends: endsOf(graph, places) }
}

/** For each node itself, or the group around it where that is one of these. */
function placesOf({ nodes }: Outline, groups: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...nodes].map(([id, { group }]) => [id, group && groups.has(group.id) ? group.id : id]))
}

/** Who talks to whom of those that have a place, edges within a place left out. */
function endsOf({ edges }: Outline, places: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    [...edges.values()].flatMap(({ source, target }) => {
      const [from, to] = [places.get(source), places.get(target)]
      return from === to || from === undefined || to === undefined ? [] : [`${from} ${to}`]
    }),
  )
}

/** Notes which nodes are not in the graph any more. Of more than `most` that are gone, the places of the first are forgotten, those of pinned ones last. */
function noteGone({ arranged, gone, places, single, pins }: ViewPlaces, graph: Outline, most: number): void {
  for (const id of arranged.nodes.keys()) if (!graph.nodes.has(id)) gone.add(id)
  for (const id of graph.nodes.keys()) gone.delete(id)
  for (const isPinned of [false, true])
    for (const id of gone) {
      if (gone.size <= most) return
      if (pins.has(id) !== isPinned) continue
      gone.delete(id)
      single.delete(id)
      pins.unpin(id)
      places.forget([id])
    }
}
