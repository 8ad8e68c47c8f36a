import type { LayoutKind } from '../domain/address/layout-kind.ts'
import type { Selection } from '../domain/address/route.ts'
import type { Focus } from '../domain/node/neighbours.ts'
import type { Point } from '../domain/plot/geometry.ts'
import type { Sight } from '../domain/plot/sight.ts'
import type { Direction } from '../domain/search/step-to.ts'
import { readTokens } from '../draw/tokens.ts'
import { settings } from '../settings.ts'
import { createCursor } from './cursor.ts'
import { listenToPointers } from './input.ts'
import { createPlaceStore } from './kept-places.ts'
import { createRenderer } from './renderer/choose-renderer.ts'
import { createContentSender, type MapContent } from './renderer/content-sender.ts'
import type { Covered, Hover, HoverPlace, MapNews, Rest, Style } from './renderer/protocol.ts'

/** Callbacks of the map. */
export interface MapEvents {
  hover(hover: Hover | undefined): void
  /** The right edge of the node that is pointed at is at another place within the map's element. */
  hoverPlace(place: HoverPlace): void
  /** A node or an edge was chosen, or with undefined the empty map. */
  select(selection: Selection | undefined): void
  /** A node is to be opened by a key. */
  open(id: string): void
  /** The user asked to open a closed group. */
  openGroup(id: string): void
  /** The user asked to close an open group. */
  closeGroup(id: string): void
  /** The user asked for the menu of a node, at a place within the map's element. */
  menu(id: string, at: Point): void
  /** True when the first layout of a view is done, false when another view or layout is shown and is under way. */
  settled(isSettled: boolean): void
  /** The camera came to rest, or nodes were placed. */
  rest(rest: Rest): void
  /** The map cannot be laid out or drawn. */
  failure(words: string | undefined): void
}

/** The map. It is laid out and drawn by a renderer, and moved with pointer and keys. */
export interface ScopeMap {
  show(content: MapContent): void
  /** Lays out all nodes in another way; where they were in this one is remembered. */
  layOut(layout: LayoutKind): void
  select(selection: Selection | undefined): void
  /** Dims everything except what was found; undefined = nothing is highlighted. @param overSelected even while something is selected */
  highlight(found: Focus | undefined, overSelected: boolean): void
  /** Goes to the next node in a direction, for the arrow keys. */
  point(direction: Direction): void
  /** Leaves the node that was gone to, so that nothing is dimmed for it any more. */
  leave(): void
  /** Opens the node that was gone to. */
  open(): void
  /** Asks for the menu of a node or, without an id, of the one that was gone to, else of the selected one. */
  menuOf(id?: string): void
  /** Opens the group that the node gone to, or else the selected one, stands for, or closes the one around it. */
  toggleGroup(): void
  /** Pins a node where it is, or lets go of it; without an id, the one that was gone to, else the selected one. */
  pin(id?: string): void
  unpinAll(): void
  /** Moves the node that was gone to, else the selected one, by a step, and pins it there. */
  nudge(direction: Direction): void
  /**
   * The map as an SVG document: what is seen of it or the whole.
   *
   * @param title what it shows
   * @param onPaper in light colours, whatever the theme is
   */
  picture(whole: boolean, title: string, onPaper: boolean): Promise<string>
  fit(): void
  /** Looks at a part of a view, once that is laid out; without one, at all of it. */
  lookAt(view: string, sight: Sight | undefined): void
  zoomBy(factor: number): void
  panBy(dx: number, dy: number): void
  /** Lays out all nodes again, and forgets their present places. */
  tidy(): void
  /** Pans just far enough that a node with its neighbours, or an edge, is not covered by header, footer or card. */
  reveal(selection: Selection): void
  /** Shows a minimap where not all of the map is in sight, so many pixels above its lower edge; undefined = none. */
  showMinimap(bottom: number | undefined): void
  /** To be called when something else is covered, though the map has the same size. */
  cover(): void
  /** Sets how many pixels above the lower edge the options of the view reach. */
  setOptions(top: number): void
  /** To be called when the theme or a preference for motion or contrast has changed. */
  restyle(): void
  stop(): void
}

/**
 * Creates the map in an element. What keeps it from being drawn is told as a failure.
 *
 * @param covered what of the map is covered, at the size that the page has when it is called
 */
export function createMap(
  host: HTMLElement,
  events: MapEvents,
  reducedMotion: () => boolean,
  covered: () => Covered,
): ScopeMap {
  const aborter = new AbortController()
  const kept = createPlaceStore(() => sessionStorage, settings.layout.keptMost * 2)
  const sender = createContentSender(settings)
  const cursor = createCursor((name) => {
    host.dataset.cursor = name
  })
  const paperStyle = (): Style => {
    const { dataset } = document.documentElement
    const { theme } = dataset
    dataset.theme = 'light'
    const light = style()
    dataset.theme = theme
    return light
  }
  /** Who waits for pictures, by their numbers. */
  const pictures = new Map<number, (svg: string) => void>()
  let pictureNumber = 0
  const style = (): Style => ({
    tokens: readTokens(document.documentElement),
    reducedMotion: reducedMotion(),
  })

  const hear = (news: MapNews) => {
    if (news.kind === 'hover') {
      cursor.answered(news.hover, news.asked)
      events.hover(news.hover)
    } else if (news.kind === 'hover-place') events.hoverPlace(news)
    else if (news.kind === 'select') events.select(news.selection)
    else if (news.kind === 'open') events.open(news.id)
    else if (news.kind === 'open-group') events.openGroup(news.id)
    else if (news.kind === 'close-group') events.closeGroup(news.id)
    else if (news.kind === 'menu') events.menu(news.id, news.at)
    else if (news.kind === 'settled') events.settled(news.isSettled)
    else if (news.kind === 'rest') events.rest(news.rest)
    else if (news.kind === 'picture') {
      pictures.get(news.number)?.(news.svg)
      pictures.delete(news.number)
    } else if (news.kind === 'places') kept.note(news.kept)
    else events.failure(news.words)
  }
  const renderer = createRenderer(host, style(), hear)
  renderer.tell({ kind: 'remember', kept: kept.found })
  window.addEventListener('pagehide', kept.write, { signal: aborter.signal })

  listenToPointers(
    host,
    {
      hover(at) {
        cursor.asked()
        renderer.tell({ kind: 'hover', at })
      },
      click: (at, again, afterMenu) => renderer.tell({ kind: 'click', at, again, afterMenu }),
      menu(at) {
        renderer.tell({ kind: 'menu', at })
        return cursor.mayBeOnNode
      },
      grab(at, afterMenu) {
        cursor.grab()
        renderer.tell({ kind: 'grab', at, afterMenu })
      },
      drag: (at) => renderer.tell({ kind: 'drag', at }),
      pan: (dx, dy) => renderer.tell({ kind: 'pan', dx, dy }),
      zoom: (at, factor) => renderer.tell({ kind: 'zoom', at, factor }),
      release() {
        cursor.release()
        renderer.tell({ kind: 'release' })
      },
    },
    { ...settings.camera, longPressMs: settings.controls.longPressMs },
    aborter.signal,
  )

  const tellSize = () => {
    const { clientWidth: width, clientHeight: height } = host
    const size = { width, height, ratio: window.devicePixelRatio || 1 }
    renderer.tell({ kind: 'size', size, covered: covered() })
  }
  // A window that is moved to a screen of another density keeps its size.
  const followDensity = () => {
    tellSize()
    const same = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    same.addEventListener('change', followDensity, { once: true, signal: aborter.signal })
  }
  const observer = new ResizeObserver(tellSize)
  observer.observe(host)
  followDensity()

  return {
    show: (content) => renderer.tell({ kind: 'show', change: sender.next(content) }),
    layOut: (layout) => renderer.tell({ kind: 'layout', layout }),
    select: (selection) => renderer.tell({ kind: 'select', selection }),
    highlight: (found, overSelected) => renderer.tell({ kind: 'highlight', found, overSelected }),
    point: (direction) => renderer.tell({ kind: 'point', direction }),
    leave: () => renderer.tell({ kind: 'leave' }),
    open: () => renderer.tell({ kind: 'open' }),
    menuOf: (id) => renderer.tell({ kind: 'menu-of', id }),
    toggleGroup: () => renderer.tell({ kind: 'toggle-group' }),
    pin: (id) => renderer.tell({ kind: 'pin', id }),
    unpinAll: () => renderer.tell({ kind: 'unpin-all' }),
    nudge: (direction) => renderer.tell({ kind: 'nudge', direction }),
    picture(whole, title, onPaper) {
      const number = pictureNumber++
      const style = onPaper ? paperStyle() : undefined
      // A renderer in this thread answers at once.
      return new Promise((resolve) => {
        pictures.set(number, resolve)
        renderer.tell({ kind: 'picture', picture: { number, whole, title, style } })
      })
    },
    fit: () => renderer.tell({ kind: 'fit' }),
    lookAt: (view, sight) => renderer.tell({ kind: 'look-at', view, sight }),
    zoomBy: (factor) => renderer.tell({ kind: 'step-zoom', factor }),
    panBy: (dx, dy) => renderer.tell({ kind: 'pan', dx, dy }),
    tidy: () => renderer.tell({ kind: 'tidy' }),
    reveal: (selection) => renderer.tell({ kind: 'reveal', selection }),
    showMinimap: (bottom) => renderer.tell({ kind: 'minimap', bottom }),
    cover: () => renderer.tell({ kind: 'covered', covered: covered() }),
    setOptions: (top) => renderer.tell({ kind: 'options', top }),
    restyle: () => renderer.tell({ kind: 'style', style: style() }),
    stop() {
      // Whoever shows the map again finds it as it was.
      kept.write()
      aborter.abort()
      observer.disconnect()
      renderer.stop()
    },
  }
}
