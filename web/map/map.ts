import { edgeBetween, emptyGraph, type Graph } from '../domain/graph.ts'
import { isClosedGroup } from '../domain/grouping.ts'
import { aroundEdge, aroundNode, type Focus } from '../domain/node/neighbours.ts'
import { noPresence, type Presence, tracesWaitMs } from '../domain/node/presence.ts'
import type { Box, Point } from '../domain/plot/geometry.ts'
import { union } from '../domain/plot/geometry.ts'
import type { Selection } from '../domain/route.ts'
import { type Direction, nearest, stepTo } from '../domain/search/step-to.ts'
import { type Padding, toMap, toScreen } from '../draw/camera.ts'
import { createLoop } from '../draw/loop.ts'
import { createPace } from '../draw/pace.ts'
import { emptyScene, type Scene } from '../draw/scene.ts'
import { createTextMeasure } from '../draw/text/text-measure.ts'
import { readTokens } from '../draw/tokens.ts'
import type { LayoutClient } from '../layout/client.ts'
import { settings } from '../settings.ts'
import { buildScene, moveScene } from './build-scene.ts'
import { edgeAt, nodeAt } from './hit.ts'
import { listenToPointers } from './input.ts'
import { createLayers } from './layers.ts'
import { paintScene, paintTraffic } from './paint.ts'
import { createPlacer } from './placing/placer.ts'
import { createSpotlight } from './spotlight.ts'
import { createViewPoint } from './view-point.ts'
import { isFitted } from './when-to-fit.ts'

/** What the pointer is on. */
export type Hover =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string; readonly at: Point }

/** Callbacks of the map. */
export interface MapEvents {
  hover(hover: Hover | undefined): void
  /** A node or an edge was chosen, or with undefined the empty map. */
  select(selection: Selection | undefined): void
  /** The user asked to open a closed group. */
  openGroup(id: string): void
  /** The user asked for the menu of a node, at a place within the map's element. */
  menu(id: string, at: Point): void
  /** True when the first layout of a view is done, false when another view is shown and its layout is under way. */
  settled(isSettled: boolean): void
  /** The camera came to rest, or nodes were placed. */
  rest(camera: { readonly zoom: number; readonly x: number; readonly y: number }): void
}

/** The content of a view that the map shows. */
export interface MapContent {
  /** View id; the places of nodes are remembered for each view. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Presence
  readonly ring: string | undefined
  /** Whether the content is up to date. If it is not, no dashes are drawn. */
  readonly live: boolean
}

/** The map. It is drawn on canvases in an element, laid out in a worker, and moved with pointer and keys. */
export interface ScopeMap {
  show(content: MapContent): void
  select(selection: Selection | undefined): void
  /** Dims everything except search results; undefined = no search. */
  highlight(found: Focus | undefined): void
  /** Moves the highlight to the next node in a direction, for the arrow keys. Returns its id. */
  point(direction: Direction): string | undefined
  pointedNode(): string | undefined
  fit(): void
  zoomBy(factor: number): void
  panBy(dx: number, dy: number): void
  /** Lays out all nodes again, and forgets their present places. */
  tidy(): void
  /** Pans just far enough that a node with its neighbours, or an edge, is not covered by header, footer or card. */
  reveal(selection: Selection): void
  /** Sets how many pixels at each border are covered by header, footer and card. */
  setCovered(covered: Padding): void
  /** To be called when the theme or a preference for motion or contrast has changed. */
  restyle(): void
  placeOf(nodeId: string): Point | undefined
  /** Where a node is within the map's element at the moment, in CSS pixels. */
  screenPlaceOf(nodeId: string): Point | undefined
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
  const spotlight = createSpotlight()
  let tokens = readTokens(document.documentElement)
  let measure = createTextMeasure(tokens.font, settings.label)
  let covered: Padding = settings.camera.padding
  let content: MapContent = {
    view: '',
    graph: emptyGraph,
    presence: noPresence,
    ring: undefined,
    live: false,
  }
  let scene: Scene = emptyScene
  let hover: Hover | undefined
  let selected: Selection | undefined
  let found: Focus | undefined
  let dragged: { readonly id: string; readonly dx: number; readonly dy: number } | undefined
  let lastClicked: string | undefined
  let dirty = true
  let resting = true
  let paintedMs = Number.NEGATIVE_INFINITY

  const motionMs = (lengthMs: number) => (reducedMotion() ? 0 : lengthMs)
  const viewPoint = createViewPoint(
    settings.camera,
    () => covered,
    () => motionMs(settings.motion.cameraMs),
  )

  const draw = (nowMs: number): number | undefined => {
    const cameraMoves = viewPoint.step(nowMs)
    const nodesMove = placer.places.step(nowMs)
    if (nodesMove) moveScene(scene, placer.places.now, settings)
    const moves = cameraMoves || nodesMove || spotlight.moves(nowMs)
    const traces = reducedMotion() ? undefined : tracesWaitMs(content.presence, nowMs, settings.motion)
    const look = {
      camera: viewPoint.camera,
      tokens,
      nowMs,
      reducedMotion: reducedMotion(),
      focus: spotlight.focus,
      dim: spotlight.dim(nowMs),
      hoveredNode: hover?.kind === 'node' ? hover.id : undefined,
      hoveredEdge: hover?.kind === 'edge' ? hover.id : undefined,
      selectedNode: selected?.kind === 'node' ? selected.id : undefined,
      selectedEdge: selectedEdge()?.id,
      coveredRight: covered.right - settings.camera.padding.right,
    }
    const shown = placer.settled ? scene : emptyScene
    // This may run more often than fades need, because dashes have a higher frame rate. A millisecond less, as timers
    // may fire early.
    if (dirty || moves || (traces !== undefined && nowMs - paintedMs >= traces - 1)) {
      paintScene(layers, shown, look, measure, settings)
      paintedMs = nowMs
    }
    dirty = false
    const trafficMoves = paintTraffic(layers, content.live ? shown : emptyScene, look, settings)
    if (!moves && !resting) events.rest(viewPoint.camera)
    resting = !moves
    if (moves) return 0
    const waits = [traces, trafficMoves ? 1000 / settings.traffic.framesPerSecond : undefined]
    const wanted = waits.filter((wait) => wait !== undefined)
    return wanted.length > 0 ? Math.min(...wanted) : undefined
  }
  const loop = createLoop(createPace(settings.motion.timeShare), draw)

  const redraw = () => {
    dirty = true
    loop.request()
  }
  const moved = () => {
    resting = false
    redraw()
  }

  const isGroup = (id: string) => {
    const node = content.graph.nodes.get(id)
    return node !== undefined && isClosedGroup(node)
  }

  const selectedEdge = () =>
    selected?.kind === 'edge' ? edgeBetween(content.graph, selected.source, selected.target) : undefined

  const refocus = (request = loop.request) => {
    const { nodes, edges } = content.graph
    const edge = hover?.kind === 'edge' ? edges.get(hover.id) : hover ? undefined : selectedEdge()
    const node = hover?.kind === 'node' ? hover.id : selected?.kind === 'node' ? selected.id : undefined
    const next = edge ? aroundEdge(edge) : node && nodes.has(node) ? aroundNode(node, edges.values()) : found
    spotlight.turn(next, performance.now(), motionMs(settings.motion.dimMs))
    dirty = true
    request()
  }

  const rebuild = (request = loop.request) => {
    scene = buildScene({ ...content, places: placer.places.now }, settings)
    refocus(request)
  }

  const bounds = (ids: Iterable<string>): Box | undefined => {
    const boxes: Box[] = []
    const r = settings.node.radiusMax
    for (const id of ids) {
      const at = placer.places.target(id)
      if (!at) continue
      const bottom = at.y + r + settings.node.labelHeight
      boxes.push({ left: at.x - r - 26, right: at.x + r + 26, top: at.y - r, bottom })
    }
    return union(boxes)
  }
  const wholeMap = () => bounds(content.graph.nodes.keys())

  let tidying = false
  const placer = createPlacer(
    layout,
    {
      aspect() {
        const width = layers.size.width - covered.left - covered.right
        const height = layers.size.height - covered.top - covered.bottom
        return Math.max(0.4, Math.min(3, width / Math.max(1, height)))
      },
      labelWidth({ label, labelMinor }) {
        const widthMax = settings.node.labelWidthMax
        const name = measure.width(measure.fitted(label, 'name', widthMax), 'name')
        return Math.max(name, measure.width(measure.fitted(labelMinor, 'minor', widthMax), 'minor'))
      },
      moveMs: () => motionMs(settings.motion.moveMs),
      placed(how) {
        const box = wholeMap()
        if (box && isFitted({ ...how, ...viewPoint, asked: tidying, box, size: layers.size }))
          viewPoint.fit(box, layers.size, performance.now(), how.first)
        else if (box) viewPoint.follow(box, layers.size, performance.now())
        if (how.whole || how.first) tidying = false
        if (how.first) events.settled(true)
        resting = false
        rebuild()
      },
    },
    settings,
  )

  const setHover = (next: Hover | undefined) => {
    const same = next?.kind === hover?.kind && next?.id === hover?.id
    hover = next
    events.hover(next)
    if (same) return
    host.dataset.cursor = next?.kind === 'node' ? 'node' : next ? 'edge' : 'none'
    refocus()
  }

  const nodeUnder = (at: Point, slack: number) =>
    nodeAt(scene, toMap(viewPoint.camera, at), slack / viewPoint.camera.zoom)
  const edgeUnder = (at: Point) =>
    edgeAt(scene, toMap(viewPoint.camera, at), settings.edge.reach / viewPoint.camera.zoom)

  listenToPointers(
    host,
    {
      hover(at) {
        const node = at && nodeUnder(at, 4)
        if (!at) return setHover(undefined)
        if (node) return setHover({ kind: 'node', id: node.id })
        const edge = edgeUnder(at)
        setHover(edge && { kind: 'edge', id: edge.id, at })
      },
      click(at, again) {
        // A double click opens the group that its first click hit: that click may have moved the map under the pointer.
        if (again && lastClicked !== undefined && isGroup(lastClicked)) return events.openGroup(lastClicked)
        const node = nodeUnder(at, 6)
        lastClicked = node?.id
        const edge = node ? undefined : edgeUnder(at)?.edge
        if (node) events.select({ kind: 'node', id: node.id })
        else events.select(edge && { kind: 'edge', source: edge.source, target: edge.target })
      },
      menu(at) {
        const node = nodeUnder(at, 6)
        if (node) events.menu(node.id, at)
        return node !== undefined
      },
      grab(at) {
        const node = nodeUnder(at, 4)
        host.dataset.cursor = 'grabbing'
        if (!node) return false
        const place = toMap(viewPoint.camera, at)
        dragged = { id: node.id, dx: node.x - place.x, dy: node.y - place.y }
        return true
      },
      dragNode(at) {
        if (!dragged) return
        const place = toMap(viewPoint.camera, at)
        placer.put(dragged.id, { x: place.x + dragged.dx, y: place.y + dragged.dy })
        moveScene(scene, placer.places.now, settings)
        redraw()
      },
      pan(dx, dy) {
        viewPoint.pan(dx, dy)
        moved()
      },
      zoom(at, factor) {
        viewPoint.zoomAt(at, factor)
        moved()
      },
      release() {
        dragged = undefined
        host.dataset.cursor = 'none'
        moved()
      },
    },
    { ...settings.camera, longPressMs: settings.controls.longPressMs },
    aborter.signal,
  )

  const observer = new ResizeObserver(() => {
    if (!layers.resize()) return
    const box = wholeMap()
    if (box && viewPoint.following) viewPoint.fit(box, layers.size, performance.now(), true)
    moved()
  })
  observer.observe(host)
  layers.resize()

  const reveal = (selection: Selection) => {
    // Each part is revealed in turn, so that the last is visible even where not everything fits.
    const parts =
      selection.kind === 'node'
        ? [aroundNode(selection.id, content.graph.edges.values()).nodes, [selection.id]]
        : [[selection.source, selection.target]]
    for (const part of parts) {
      const box = bounds(part)
      if (box) viewPoint.reveal(box, layers.size, covered, performance.now())
    }
    moved()
  }

  return {
    show(next) {
      const before = content
      content = next
      if (next.view !== before.view) {
        placer.enter(next.view)
        setHover(undefined)
        scene = emptyScene
        events.settled(false)
      }
      const changed = next.graph.nodes !== before.graph.nodes || next.graph.edges !== before.graph.edges
      if (next.graph.nodes.size > 0 && (changed || !placer.settled)) placer.arrange(next.graph, false)
      rebuild(loop.requestSoon)
    },
    select(selection) {
      selected = selection
      refocus()
    },
    highlight(next) {
      found = next
      refocus()
    },
    point(direction) {
      const from = hover?.kind === 'node' ? hover.id : selected?.kind === 'node' ? selected.id : undefined
      const there = new Map([...placer.places.now].filter(([id]) => content.graph.nodes.has(id)))
      const centre = toMap(viewPoint.camera, { x: layers.size.width / 2, y: layers.size.height / 2 })
      const next = from && there.has(from) ? (stepTo(there, from, direction) ?? from) : nearest(there, centre)
      if (next) {
        const pointed = { kind: 'node', id: next } as const
        setHover(pointed)
        reveal(pointed)
      }
      return next
    },
    pointedNode: () => (hover?.kind === 'node' ? hover.id : undefined),
    fit() {
      const box = wholeMap()
      if (box) viewPoint.fit(box, layers.size, performance.now(), false)
      moved()
    },
    zoomBy(factor) {
      const centre = { x: layers.size.width / 2, y: layers.size.height / 2 }
      viewPoint.zoomTo(centre, factor, performance.now())
      moved()
    },
    panBy(dx, dy) {
      viewPoint.pan(dx, dy)
      moved()
    },
    tidy() {
      tidying = true
      placer.places.keep(new Set(content.graph.nodes.keys()))
      placer.arrange(content.graph, true)
    },
    reveal,
    setCovered(next) {
      covered = next
    },
    restyle() {
      tokens = readTokens(document.documentElement)
      measure = createTextMeasure(tokens.font, settings.label)
      redraw()
    },
    placeOf: (nodeId) => placer.places.target(nodeId),
    screenPlaceOf(nodeId) {
      const at = placer.places.now.get(nodeId)
      return at && toScreen(viewPoint.camera, at)
    },
    stop() {
      aborter.abort()
      observer.disconnect()
      loop.stop()
      layout.stop()
    },
  }
}
