import type { LayoutKind } from '../../domain/address/layout-kind.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import type { Mark } from '../../domain/node/mark-of.ts'
import { type Point, union } from '../../domain/plot/geometry.ts'
import { isSameSight, type Sight } from '../../domain/plot/sight.ts'
import { toScreen } from '../../draw/camera.ts'
import type { Canvas2D } from '../../draw/frame.ts'
import type { LayoutClient } from '../../layout/client.ts'
import type { Settings } from '../../settings.ts'
import type { Layers } from '../layers.ts'
import { createLevel } from '../overview/level.ts'
import { createPlacer, type Placed } from '../placing/placer.ts'
import type { ContentChange, Hover, MapCommand, Style } from '../renderer/protocol.ts'
import type { Listener, Renderer } from '../renderer/renderer.ts'
import { createViewPoint } from '../view-point.ts'
import { isFitted } from '../when-to-fit.ts'
import type { Clock } from './clock.ts'
import { createCover } from './cover.ts'
import { createFrames } from './frame/frames.ts'
import { loadMarks } from './frame/marks.ts'
import { createPainter, type FrameLook } from './frame/painter.ts'
import type { MakePicture } from './frame/picture.ts'
import { createMapState } from './map-state.ts'
import { createHoverPlace } from './pointer/hover-place.ts'
import { isThere } from './pointer/is-there.ts'
import { createMinimapUse } from './pointer/minimap-use.ts'
import { createPinning } from './pointer/pinning.ts'
import { createPointer } from './pointer/pointer.ts'
import { createRest } from './rest.ts'
import { createSelection } from './selection.ts'
import { createWalk } from './walk.ts'

/** What an engine works with. */
export interface EngineParts {
  readonly layers: Layers
  /** Makes the context of a canvas that nothing is drawn on, to measure texts. */
  readonly newScratch: () => Canvas2D
  readonly layout: LayoutClient
  /** Loads the outlines of the marks of what runs. */
  readonly loadMarks: () => Promise<Readonly<Record<Mark, string>>>
  /** Passes on what makes pictures, at once where its code is there. */
  readonly withPictures: (use: (pictureOf: MakePicture) => void) => void
  readonly clock: Clock
  readonly style: Style
  readonly settings: Settings
}

type Handlers = {
  readonly [K in MapCommand['kind']]: (command: Extract<MapCommand, { readonly kind: K }>) => void
}

/**
 * The renderer as such: it keeps the map's content, places, camera and selection, and draws frames as long as something moves. It knows
 * nothing of the page, so it works in any thread.
 */
export function createEngine(parts: EngineParts, tell: Listener): Renderer {
  const { layers, layout, clock, settings, withPictures } = parts
  let { style } = parts
  let isTidying = false
  /** What is to be looked at when its view is laid out. */
  let wanted: { readonly view: string; readonly sight: Sight | undefined } | undefined
  let layoutKind: LayoutKind = 'flow'
  layers.blank(style.tokens.bg)
  const motionMs = (lengthMs: number) => (style.reducedMotion ? 0 : lengthMs)
  const painter = createPainter(layers, parts.newScratch, clock, style, settings)
  const state = createMapState(settings)
  const selection = createSelection()
  const cover = createCover(settings.camera.padding, settings.camera.optionsGap)
  const viewPoint = createViewPoint(settings.camera, cover.borders, cover.cornerWithGap, () =>
    motionMs(settings.motion.cameraMs),
  )
  const level = createLevel(settings.overview)
  const overview = () => (level.isFar && placer.settled ? state.overview() : undefined)
  const seen = () => ({
    camera: viewPoint.camera,
    size: layers.size,
    coveredRight: cover.right(),
  })
  const minimap = createMinimapUse(
    viewPoint,
    () => (placer.settled ? state.extent() : undefined),
    seen,
    settings.minimap,
  )

  const lookAt = (nowMs: number): FrameLook => ({
    camera: viewPoint.camera,
    nowMs,
    focus: selection.spotlight.focus,
    dim: selection.spotlight.dim(nowMs),
    ...selection.marks,
    marks: marks.paths,
    coveredRight: cover.right(),
    coveredCorner: cover.corner(),
    coveredBottom: cover.bottom(),
    optionsTop: cover.optionsTop(),
    minimap: minimap.now()?.frame,
  })

  /** Where the pointer is, as long as it is what points. */
  let pointerAt: Point | undefined
  /** The map has moved since it was found out what is under the pointer. */
  let isElsewhere = false
  /**
   * No longer points at what is not there any more, or has moved away from under the pointer when the map rests, but at what is there
   * now, if the pointer had pointed at it. A node that comes under a pointer that rests is not pointed at: keys would act on it.
   */
  const leaveGone = (nowMs: number, isMoving: boolean) => {
    const { hover } = selection
    const hasMoved = isElsewhere && !isMoving
    if (hasMoved) isElsewhere = false
    if (!hover) return
    const isGone = !isThere(hover, state, overview(), nowMs - settings.motion.fadeMs)
    if (!isGone && !(hasMoved && pointerAt)) return
    const under = pointerAt && pointer.under(pointerAt)
    const isOtherNode = under?.kind === 'node' && (hover.kind !== 'node' || hover.id !== under.id)
    setHover(isOtherNode && !isGone ? undefined : under, false)
  }

  const frames = createFrames(
    {
      ...{ state, viewPoint, level, painter, clock, tell, overview },
      spotlight: selection.spotlight,
      placer: () => placer,
      rest: () => rest,
      look: lookAt,
      minimap: minimap.now,
      isMotionReduced: () => style.reducedMotion,
      drawn(nowMs, isMoving) {
        leaveGone(nowMs, isMoving)
        tellHoverPlace()
      },
    },
    settings,
  )
  const marks = loadMarks(parts.loadMarks, frames.redraw)

  /** The camera or places have changed. */
  const moved = () => {
    isElsewhere = true
    rest.moved()
    frames.request()
  }
  const movedByHand = () => {
    isElsewhere = true
    rest.movedByHand(clock.now())
    frames.request()
  }
  const refocus = () => {
    selection.refocus(state.graph, clock.now(), motionMs(settings.motion.dimMs))
    frames.touch()
  }
  const rebuild = () => {
    state.rebuild(placer.places, placer.pinned)
    refocus()
  }
  /** Of what has changed while the camera moves, somebody need not see each step. */
  const takeContent = () => {
    state.rebuild(placer.places, placer.pinned)
    selection.refocus(state.graph, clock.now(), motionMs(settings.motion.dimMs))
    frames.contentChanged()
  }

  const wholeMap = () => state.boxes(state.graph.nodes.keys(), placer.places)

  const placed = (how: Placed) => {
    const boxes = wholeMap()
    const box = union(boxes)
    const sight = wanted?.view === state.view ? wanted.sight : undefined
    if (how.first) wanted = undefined
    if (how.first && sight) viewPoint.lookAt(sight, layers.size, clock.now(), true)
    else if (box && isFitted({ ...how, ...viewPoint, asked: isTidying, box, size: layers.size }))
      viewPoint.fit(boxes, layers.size, clock.now(), how.first)
    else viewPoint.follow(boxes, layers.size, clock.now())
    if (how.whole || how.first) isTidying = false
    if (how.first) frames.laidOut()
    rest.placesChanged()
    rebuild()
    moved()
  }

  const placer = createPlacer(
    layout,
    {
      aspect: () => cover.aspect(layers.size),
      labelWidth({ label, labelMinor }) {
        const { measure } = painter
        const widthMax = settings.node.labelWidthMax
        const name = measure.width(measure.fitted(label, 'name', widthMax), 'name')
        return Math.max(name, measure.width(measure.fitted(labelMinor, 'minor', widthMax), 'minor'))
      },
      moveMs: () => motionMs(settings.motion.moveMs),
      now: clock.now,
      placed,
    },
    settings,
  )

  const fitAll = () => viewPoint.fit(wholeMap(), layers.size, clock.now(), false)
  const pinning = createPinning(state, placer, viewPoint, () => {
    rest.placesChanged()
    rebuild()
    moved()
  })

  const tellHoverPlace = createHoverPlace({ selection, state, viewPoint, tell })
  const setHover = (next: Hover | undefined, asked: boolean) => {
    const isOther = selection.point(next)
    tellHoverPlace()
    tell({ kind: 'hover', hover: next, asked })
    if (!isOther) return
    refocus()
    frames.request()
  }

  const show = (change: ContentChange) => {
    const { isOtherView, isOtherGraph } = state.take(change)
    if (isOtherView) {
      placer.enter(change.view, layoutKind)
      setHover(undefined, false)
      tell({ kind: 'settled', isSettled: false })
    }
    if (state.graph.nodes.size > 0 && (isOtherGraph || !placer.settled)) placer.arrange(state.outline, false)
    if (isOtherView) rebuild()
    else takeContent()
    frames.requestSoon()
  }

  const rest = createRest({ state, viewPoint, placer, pinning, layers, tell }, settings)
  const pointer = createPointer(
    {
      state,
      viewPoint,
      pinning,
      minimap,
      looked: () => selection.marks,
      overview,
      middle: () => ({ x: layers.size.width / 2, y: layers.size.height / 2 }),
      now: clock.now,
      hover(next, at) {
        pointerAt = at
        setHover(next, true)
      },
      put(isNew) {
        rest.placesChanged()
        if (isNew) rebuild()
        else state.move(placer.places)
        frames.redraw()
      },
      moved,
      movedByHand,
      tell,
    },
    settings,
  )

  const walk = createWalk({
    state,
    selection,
    placer,
    viewPoint,
    layers,
    clock,
    covered: cover.borders,
    point(id) {
      pointerAt = undefined
      setHover({ kind: 'node', id }, false)
    },
    moved,
  })

  const toggleGroup = (id: string | undefined) => {
    const node = id === undefined ? undefined : state.graph.nodes.get(id)
    if (node?.group === undefined) return
    const { id: group } = node.group
    tell({ kind: isClosedGroup(node) ? 'open-group' : 'close-group', id: group })
  }

  const menuOf = (id: string | undefined) => {
    if (id === undefined || !state.graph.nodes.has(id)) return
    const at = placer.places.now.get(id)
    tell({ kind: 'menu', id, at: at ? toScreen(viewPoint.camera, at) : { x: 0, y: 0 } })
  }

  const handlers: Handlers = {
    ...pointer.handlers,
    drag(command) {
      if (pointerAt) pointerAt = command.at
      pointer.handlers.drag(command)
    },
    show: ({ change }) => show(change),
    remember({ kept }) {
      for (const one of kept) placer.remember(one)
    },
    layout({ layout }) {
      if (layout === layoutKind) return
      layoutKind = layout
      placer.enter(state.view, layoutKind)
      tell({ kind: 'settled', isSettled: false })
      if (state.graph.nodes.size > 0) placer.arrange(state.outline, false)
      rebuild()
      frames.request()
    },
    size({ size, covered }) {
      cover.cover(covered)
      if (!layers.resize(size)) return
      layers.blank(style.tokens.bg)
      if (viewPoint.following) viewPoint.fit(wholeMap(), layers.size, clock.now(), true)
      frames.touch()
      moved()
    },
    style(command) {
      style = command.style
      painter.restyle(style)
      frames.redraw()
    },
    minimap({ bottom }) {
      minimap.show(bottom)
      frames.redraw()
    },
    covered(command) {
      cover.cover(command.covered)
    },
    options({ top }) {
      if (!cover.options(top) || !viewPoint.following || !placer.settled) return
      fitAll()
      moved()
    },
    select(command) {
      selection.select(command.selection)
      // What the arrow keys went to before is not where one is now.
      const { hover } = selection
      const isOther = command.selection?.kind === 'node' && command.selection.id !== hover?.id
      if (hover?.kind === 'node' && isOther) setHover(undefined, false)
      refocus()
      frames.request()
    },
    highlight({ found, overSelected }) {
      selection.find(found, overSelected)
      refocus()
      frames.request()
    },
    reveal: (command) => walk.reveal(command.selection),
    point: ({ direction }) => walk.step(direction),
    leave() {
      pointerAt = undefined
      setHover(undefined, false)
    },
    open() {
      if (selection.node !== undefined) tell({ kind: 'open', id: selection.node })
    },
    'menu-of': ({ id }) => menuOf(id ?? selection.node),
    pin: ({ id }) => pinning.toggle(id ?? selection.node),
    'unpin-all': pinning.unpinAll,
    nudge({ direction }) {
      const { node } = selection
      if (node === undefined || !pinning.nudge(node, direction, settings.camera.nudgeStep)) return
      walk.reveal({ kind: 'node', id: node })
    },
    'toggle-group': () => toggleGroup(selection.node),
    picture({ picture: { number, whole, title, style: asStyle = style } }) {
      withPictures((pictureOf) => {
        const look = { ...lookAt(clock.now()), ...asStyle }
        const [size, box] = [layers.size, whole ? union(wholeMap()) : undefined]
        const { outlines: markOutlines } = marks
        const drawn = { scene: state.scene, overview: overview(), markOutlines, size, whole: box, title }
        tell({ kind: 'picture', number, svg: pictureOf({ ...drawn, look }, painter.measure, settings) })
      })
    },
    fit() {
      fitAll()
      moved()
    },
    'look-at'(command) {
      const { view, sight } = command
      if (view !== state.view || !placer.settled) {
        wanted = command
        return
      }
      if (isSameSight(sight, viewPoint.sight(layers.size))) return
      if (sight) viewPoint.lookAt(sight, layers.size, clock.now(), false)
      else fitAll()
      moved()
    },
    tidy() {
      isTidying = true
      placer.places.keep(new Set([...state.graph.nodes.keys(), ...placer.pinned.keys()]))
      placer.arrange(state.outline, true)
    },
  }

  return {
    tell: (command) => (handlers[command.kind] as (command: MapCommand) => void)(command),
    stop() {
      frames.stop()
      layout.stop()
    },
  }
}
