import type { Box, Point } from '../domain/geometry.ts'
import { union } from '../domain/geometry.ts'
import { emptyGraph, type Graph } from '../domain/graph.ts'
import { amongNodes, aroundEdge, aroundNode, type Focus } from '../domain/neighbours.ts'
import { noPresence, type Presence } from '../domain/presence.ts'
import { type Direction, stepTo } from '../domain/step-to.ts'
import { type Padding, toMap, toScreen } from '../draw/camera.ts'
import { createLoop } from '../draw/loop.ts'
import { emptyScene, type Scene } from '../draw/scene.ts'
import { createTextMeasure } from '../draw/text-measure.ts'
import { readTokens } from '../draw/tokens.ts'
import type { LayoutClient } from '../layout/client.ts'
import { settings } from '../settings.ts'
import { buildScene, moveScene } from './build-scene.ts'
import { edgeAt, nodeAt } from './hit.ts'
import { listenToPointers } from './input.ts'
import { createLayers } from './layers.ts'
import { type Tween, tween } from './motion.ts'
import { paintScene, paintTraffic } from './paint.ts'
import { createPlaces, type Places } from './places.ts'
import { planLayout } from './plan.ts'
import { createViewPoint } from './view-point.ts'

/** What the pointer is on. */
export type Hover =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string; readonly at: Point }

/** What the map tells. */
export interface MapEvents {
  hover(hover: Hover | undefined): void
  /** A node was chosen, or with undefined the empty map. */
  select(nodeId: string | undefined): void
  /** The first layout of a view has settled (true), or one is under way (false). */
  settled(isSettled: boolean): void
  /** The camera came to rest, or nodes were placed. */
  rest(camera: { readonly zoom: number; readonly x: number; readonly y: number }): void
}

/** A view's content as the map takes it. */
export interface MapContent {
  /** Places are remembered by this. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Presence
  readonly ring: string | undefined
}

/** The map: drawn on canvases within an element, laid out in the background, moved by pointer and keys. */
export interface ScopeMap {
  show(content: MapContent): void
  select(nodeId: string | undefined): void
  /** Nodes to keep bright; undefined = no search. */
  highlight(nodeIds: readonly string[] | undefined): void
  /** Points at a node without a pointer. */
  point(direction: Direction): string | undefined
  pointedNode(): string | undefined
  fit(): void
  zoomBy(factor: number): void
  panBy(dx: number, dy: number): void
  /** Lays out everything anew. */
  tidy(): void
  /** Moves only so far that a node shows beside the floating surfaces. */
  reveal(nodeId: string): void
  /** How much of each border is covered. */
  setCovered(covered: Padding): void
  /** Theme or motion preference changed. */
  restyle(): void
  placeOf(nodeId: string): Point | undefined
  stop(): void
}

/** Creates the map in an element. Throws when the browser gives no 2D canvas. */
export function createMap(
  host: HTMLElement,
  layout: LayoutClient,
  events: MapEvents,
  reducedMotion: () => boolean,
): ScopeMap {
  const layers = createLayers(host)
  const aborter = new AbortController()
  let tokens = readTokens(document.documentElement)
  let measure = createTextMeasure(tokens.font, settings.label)
  let covered: Padding = settings.camera.padding
  let content: MapContent = { view: '', graph: emptyGraph, presence: noPresence, ring: undefined }
  let scene: Scene = emptyScene
  let places: Places = createPlaces()
  let single = new Set<string>()
  let settled = false
  const remembered = new Map<string, { readonly places: Places; readonly single: Set<string> }>()
  let hover: Hover | undefined
  let selected: string | undefined
  let matches: readonly string[] | undefined
  let dragged: { readonly id: string; readonly dx: number; readonly dy: number } | undefined
  let focus: Focus | undefined
  let dim: { from: number; to: number; way: Tween } = { from: 0, to: 0, way: tween(0, 0) }
  let dirty = true
  let resting = true

  const motionMs = (lengthMs: number) => (reducedMotion() ? 0 : lengthMs)
  const viewPoint = createViewPoint(
    settings.camera,
    () => covered,
    () => motionMs(settings.motion.cameraMs),
  )

  const redraw = () => {
    dirty = true
    loop.request()
  }

  const draw = (nowMs: number): number | undefined => {
    const cameraMoves = viewPoint.step(nowMs)
    const nodesMove = places.step(nowMs)
    if (nodesMove) moveScene(scene, places.now, settings)
    const t = dim.way.at(nowMs)
    const dimming = !dim.way.done(nowMs)
    const fades = traces(nowMs)
    const look = {
      camera: viewPoint.camera,
      tokens,
      nowMs,
      reducedMotion: reducedMotion(),
      focus,
      dim: dim.from + (dim.to - dim.from) * t,
      hoveredNode: hover?.kind === 'node' ? hover.id : undefined,
      hoveredEdge: hover?.kind === 'edge' ? hover.id : undefined,
      selectedNode: selected,
    }
    const visibleScene = settled ? scene : emptyScene
    if (dirty || cameraMoves || nodesMove || dimming || fades !== undefined) {
      paintScene(layers, visibleScene, look, measure, settings)
    }
    dirty = false
    const trafficMoves = paintTraffic(layers, visibleScene, look, settings)
    const moves = cameraMoves || nodesMove || dimming
    if (!moves && !resting) events.rest(viewPoint.camera)
    resting = !moves
    if (moves) return 0
    const waits = [fades, trafficMoves ? 1000 / settings.traffic.framesPerSecond : undefined]
    const wanted = waits.filter((wait) => wait !== undefined)
    return wanted.length > 0 ? Math.min(...wanted) : undefined
  }
  const loop = createLoop(draw)

  /** How soon pulses and fades want their next frame; undefined when there are none. */
  const traces = (nowMs: number): number | undefined => {
    if (reducedMotion()) return undefined
    const { arrivedMs, goneNodes, goneEdges } = content.presence
    const { pulseMs, fadeMs, fadeFramesPerSecond } = settings.motion
    for (const atMs of arrivedMs.values()) if (nowMs - atMs < pulseMs) return 0
    for (const gone of [...goneNodes.values(), ...goneEdges.values()]) {
      if (nowMs - gone.atMs < fadeMs + 200) return 1000 / fadeFramesPerSecond
    }
    return undefined
  }

  const refocus = () => {
    const { edges } = content.graph
    const edge = hover?.kind === 'edge' ? edges.get(hover.id) : undefined
    const node = hover?.kind === 'node' ? hover.id : selected
    const next = edge
      ? aroundEdge(edge)
      : node && content.graph.nodes.has(node)
        ? aroundNode(node, edges.values())
        : matches && amongNodes(matches, edges.values())
    const nowMs = performance.now()
    const to = next ? 1 : 0
    if (to !== dim.to) {
      const from = dim.from + (dim.to - dim.from) * dim.way.at(nowMs)
      dim = { from, to, way: tween(nowMs, motionMs(settings.motion.dimMs)) }
    }
    if (next) focus = next
    redraw()
  }

  const bounds = (): Box | undefined =>
    union(
      [...content.graph.nodes.keys()].flatMap((id): Box[] => {
        const at = places.target(id)
        const r = settings.node.radiusMax
        return at
          ? [{ left: at.x - r - 26, right: at.x + r + 26, top: at.y - r, bottom: at.y + r + settings.node.labelHeight }]
          : []
      }),
    )

  const rebuild = () => {
    scene = buildScene({ ...content, places: places.now }, settings)
    refocus()
  }

  const requestLayout = (everything: boolean) => {
    const { graph, view } = content
    const plan = planLayout(
      {
        graph,
        placeOf: (id) => (everything ? undefined : places.target(id)),
        single,
        labelWidth: (node) =>
          Math.max(
            measure.width(measure.fitted(node.label, 'name', settings.node.labelWidthMax), 'name'),
            measure.width(measure.fitted(node.labelMinor, 'minor', settings.node.labelWidthMax), 'minor'),
          ),
        aspect: Math.max(
          0.4,
          (layers.size.width - covered.left - covered.right) /
            Math.max(1, layers.size.height - covered.top - covered.bottom),
        ),
      },
      settings,
    )
    if (!plan) return settle()
    layout.arrange(plan.request, (goals) => {
      if (content.view !== view) return
      const nowMs = performance.now()
      const connected = new Set(plan.request.edges.flat().map((index) => plan.request.nodes[index]?.id))
      const moved = new Map([...goals].filter(([id]) => dragged?.id !== id))
      for (const id of goals.keys()) {
        if (connected.has(id)) single.delete(id)
        else if (!places.target(id) || plan.whole) single.add(id)
      }
      places.moveTo(moved, nowMs, settled ? motionMs(settings.motion.moveMs) : 0)
      const box = bounds()
      if (box && (plan.whole || !settled)) viewPoint.fit(box, layers.size, nowMs, !settled)
      else if (box) viewPoint.follow(box, layers.size, nowMs)
      resting = false
      settle()
      rebuild()
      // What came while this was laid out waits for its own turn.
      if (content.graph !== graph) requestLayout(false)
    })
  }

  const settle = () => {
    if (settled) return
    settled = true
    events.settled(true)
    redraw()
  }

  const setHover = (next: Hover | undefined) => {
    const same = next?.kind === hover?.kind && next?.id === hover?.id
    hover = next
    events.hover(next)
    if (same) return
    host.dataset.cursor = next?.kind === 'node' ? 'node' : next ? 'edge' : 'none'
    refocus()
  }

  listenToPointers(
    host,
    {
      hover(at) {
        if (!at) return setHover(undefined)
        const place = toMap(viewPoint.camera, at)
        const node = nodeAt(scene, place, 4 / viewPoint.camera.zoom)
        if (node) return setHover({ kind: 'node', id: node.id })
        const edge = edgeAt(scene, place, 7 / viewPoint.camera.zoom)
        setHover(edge && { kind: 'edge', id: edge.id, at })
      },
      click(at) {
        const node = nodeAt(scene, toMap(viewPoint.camera, at), 6 / viewPoint.camera.zoom)
        events.select(node?.id)
      },
      grab(at) {
        const place = toMap(viewPoint.camera, at)
        const node = nodeAt(scene, place, 4 / viewPoint.camera.zoom)
        host.dataset.cursor = 'grabbing'
        if (!node) return false
        dragged = { id: node.id, dx: node.x - place.x, dy: node.y - place.y }
        return true
      },
      dragNode(at) {
        if (!dragged) return
        const place = toMap(viewPoint.camera, at)
        places.put(dragged.id, { x: place.x + dragged.dx, y: place.y + dragged.dy })
        // Whoever was put somewhere by hand is not taken away from there.
        single.delete(dragged.id)
        moveScene(scene, places.now, settings)
        redraw()
      },
      pan(dx, dy) {
        viewPoint.pan(dx, dy)
        resting = false
        redraw()
      },
      zoom(at, factor) {
        viewPoint.zoomAt(at, factor)
        resting = false
        redraw()
      },
      release() {
        dragged = undefined
        host.dataset.cursor = 'none'
        resting = false
        redraw()
      },
    },
    settings.camera,
    aborter.signal,
  )

  const observer = new ResizeObserver(() => {
    if (!layers.resize()) return
    const box = bounds()
    if (box && viewPoint.following) viewPoint.fit(box, layers.size, performance.now(), true)
    resting = false
    redraw()
  })
  observer.observe(host)
  layers.resize()

  return {
    show(next) {
      const before = content
      content = next
      if (next.view !== before.view) {
        remembered.set(before.view, { places, single })
        const known = remembered.get(next.view)
        places = known?.places ?? createPlaces()
        single = known?.single ?? new Set()
        settled = false
        hover = undefined
        events.hover(undefined)
        events.settled(false)
      }
      if (next.graph.nodes.size === 0 && !settled) {
        scene = emptyScene
        return redraw()
      }
      const wasSettled = settled
      if (next.graph.nodes !== before.graph.nodes || next.graph.edges !== before.graph.edges || !settled) {
        requestLayout(false)
      }
      if (!wasSettled && settled) {
        const box = bounds()
        if (box) viewPoint.fit(box, layers.size, performance.now(), true)
        resting = false
      }
      rebuild()
    },
    select(nodeId) {
      if (selected === nodeId) return
      selected = nodeId
      refocus()
    },
    highlight(nodeIds) {
      matches = nodeIds
      refocus()
    },
    point(direction) {
      const from = hover?.kind === 'node' ? hover.id : selected
      const there = new Map([...places.now].filter(([id]) => content.graph.nodes.has(id)))
      const centre = toMap(viewPoint.camera, { x: layers.size.width / 2, y: layers.size.height / 2 })
      const next = from && there.has(from) ? (stepTo(there, from, direction) ?? from) : nearest(there, centre)
      if (next) {
        setHover({ kind: 'node', id: next })
        this.reveal(next)
      }
      return next
    },
    pointedNode: () => (hover?.kind === 'node' ? hover.id : undefined),
    fit() {
      const box = bounds()
      if (box) viewPoint.fit(box, layers.size, performance.now(), false)
      resting = false
      redraw()
    },
    zoomBy(factor) {
      const centre = { x: layers.size.width / 2, y: layers.size.height / 2 }
      viewPoint.zoomTo(centre, factor, performance.now())
      resting = false
      redraw()
    },
    panBy(dx, dy) {
      viewPoint.pan(dx, dy)
      resting = false
      redraw()
    },
    tidy() {
      places.keep(new Set(content.graph.nodes.keys()))
      single = new Set()
      requestLayout(true)
    },
    reveal(nodeId) {
      const at = places.target(nodeId)
      if (at) viewPoint.reveal(at, layers.size, covered, performance.now())
      resting = false
      redraw()
    },
    setCovered(next) {
      covered = next
    },
    restyle() {
      tokens = readTokens(document.documentElement)
      measure = createTextMeasure(tokens.font, settings.label)
      redraw()
    },
    placeOf(nodeId) {
      const at = places.target(nodeId)
      return at && toScreen({ zoom: 1, x: 0, y: 0 }, at)
    },
    stop() {
      aborter.abort()
      observer.disconnect()
      loop.stop()
      layout.stop()
    },
  }
}

function nearest(places: ReadonlyMap<string, Point>, to: Point): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [id, place] of places) {
    const distance = Math.hypot(place.x - to.x, place.y - to.y)
    if (distance < least) {
      least = distance
      best = id
    }
  }
  return best
}
