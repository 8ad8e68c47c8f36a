import { type DrawnGraph, emptyDrawnGraph } from '../../domain/graph/drawn-graph.ts'
import type { Outline } from '../../domain/graph/graph.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import { type Box, type Point, union } from '../../domain/plot/geometry.ts'
import { emptyScene, type Scene } from '../../draw/scene.ts'
import type { Settings } from '../../settings.ts'
import { buildScene, moveScene } from '../build-scene.ts'
import { type Overview, overviewOf } from '../overview/overview.ts'
import type { Places } from '../placing/places.ts'
import { type ContentChange, noTraces, type Traces } from '../renderer/protocol.ts'

/** How a change of the content concerns the map. */
export interface Taken {
  /** Another view is shown than before. */
  readonly isOtherView: boolean
  /** Nodes, or edges by which they are placed, came or went, so that places may be missing. */
  readonly isOtherGraph: boolean
}

/** What the map holds: the content of a view, and the scene that is drawn of it. */
export interface MapState {
  readonly view: string
  readonly graph: DrawnGraph
  /** What nodes are placed by. */
  readonly outline: Outline
  readonly traces: Traces
  readonly live: boolean
  readonly scene: Scene
  /** What the centres of all nodes that are there cover, where they are now. */
  extent(): Box | undefined
  /** The scene from afar. */
  overview(): Overview
  take(change: ContentChange): Taken
  /** Makes the scene anew, after the content has changed or nodes were placed. */
  rebuild(places: Places, pinned: ReadonlyMap<string, Point>): void
  /** Moves what is in the scene to where it is now. */
  move(places: Places): void
  isGroup(id: string): boolean
  /** What each of some nodes covers with its label and a loop, at the place where it is or is going to be. */
  boxes(ids: Iterable<string>, places: Places): readonly Box[]
  /** Places of the nodes that are there, without those that were. */
  placesNow(places: Places): ReadonlyMap<string, Point>
}

/** Creates a state without content. */
export function createMapState(settings: Settings): MapState {
  let view = ''
  let graph = emptyDrawnGraph
  let outline: Outline = emptyDrawnGraph
  let traces = noTraces
  let live = false
  let scene = emptyScene
  let overview: Overview | undefined
  let extent: Box | undefined

  return {
    get view() {
      return view
    },
    get graph() {
      return graph
    },
    get outline() {
      return outline
    },
    get traces() {
      return traces
    },
    get live() {
      return live
    },
    get scene() {
      return scene
    },
    extent() {
      extent ??= union(
        scene.nodes
          .filter(({ goneMs }) => goneMs === undefined)
          .map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r })),
      )
      return extent
    },
    overview() {
      overview ??= overviewOf(scene, settings)
      return overview
    },
    take(change) {
      const isOtherView = change.view !== view
      const before = isOtherView ? emptyDrawnGraph : graph
      const nodes = patched(before.nodes, change.nodes, change.goneNodes)
      const edges = patched(before.edges, change.edges, change.goneEdges)
      const linesBefore = isOtherView ? emptyDrawnGraph.edges : outline.edges
      const lines = edges === before.edges ? linesBefore : placingOf(edges)
      const isOtherGraph = !hasSameKeys(before.nodes, nodes) || !hasSameKeys(linesBefore, lines)
      view = change.view
      graph = { nodes, edges }
      outline = { nodes, edges: lines }
      live = change.live
      if (change.traces) traces = change.traces
      if (isOtherView) scene = emptyScene
      overview = undefined
      extent = undefined
      return { isOtherView, isOtherGraph }
    },
    rebuild(places, pinned) {
      scene = buildScene({ graph, traces, places: places.now, pinned }, settings)
      overview = undefined
      extent = undefined
    },
    move(places) {
      moveScene(scene, places.now, settings)
      overview = undefined
      extent = undefined
    },
    isGroup(id) {
      const node = graph.nodes.get(id)
      return node !== undefined && isClosedGroup(node)
    },
    boxes(ids, places) {
      const { radiusMax: r, labelHeight } = settings.node
      const boxes: Box[] = []
      const looped = new Set<string>()
      for (const { source, target } of graph.edges.values()) if (source === target) looped.add(source)
      for (const id of ids) {
        const at = places.target(id)
        if (!at) continue
        boxes.push({
          left: at.x - r - 26,
          right: at.x + r + 26,
          // A loop reaches as far again above its node.
          top: at.y - (looped.has(id) ? 2 * r : r),
          bottom: at.y + r + labelHeight,
        })
      }
      return boxes
    },
    placesNow: ({ now }) => new Map([...now].filter(([id]) => graph.nodes.has(id))),
  }
}

/** The edges by which nodes are placed. */
function placingOf(edges: DrawnGraph['edges']): Outline['edges'] {
  for (const edge of edges.values())
    if (!edge.placing) return new Map([...edges].filter(([, one]) => one.placing))
  return edges
}

function patched<T extends { readonly id: string }>(
  held: ReadonlyMap<string, T>,
  set: readonly T[],
  gone: readonly string[],
): ReadonlyMap<string, T> {
  if (set.length === 0 && gone.length === 0) return held
  const next = new Map(held)
  for (const id of gone) next.delete(id)
  for (const one of set) next.set(one.id, one)
  return next
}

function hasSameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const id of a.keys()) if (!b.has(id)) return false
  return true
}
