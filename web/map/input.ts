import type { Point } from '../domain/plot/geometry.ts'

/** What the user does with pointers and the wheel. Places are CSS pixels within the element. */
export interface InputEvents {
  /** The pointer moved without a pressed button; undefined when it left the element. */
  hover(at: Point | undefined): void
  /**
   * @param again this is the second click of a double click
   * @param afterMenu a menu was asked for during the press
   */
  click(at: Point, again: boolean, afterMenu: boolean): void
  /**
   * A menu was asked for: by the right button, or by a finger that rests. Returns false when there is surely none; then the browser
   * opens its own.
   */
  menu(at: Point): boolean
  /** A drag begins, of what is there. @param afterMenu a menu was asked for during the press */
  grab(at: Point, afterMenu: boolean): void
  /** What was grabbed is dragged to a place. */
  drag(at: Point): void
  /** Two fingers, or the one that is left of them, move the map. */
  pan(dx: number, dy: number): void
  /** The wheel was turned or two fingers pinched, at a place. */
  zoom(at: Point, factor: number): void
  release(): void
}

/** Settings of {@link listenToPointers}; see `settings.camera`. */
export interface InputSettings {
  readonly clickSlop: number
  /** The same of a finger, which never rests. */
  readonly touchSlop: number
  /** The second press of a finger's or a pen's double click comes within this time, and this near. */
  readonly doubleClickMs: number
  readonly doubleClickSlop: number
  readonly wheelRate: number
  /** How long a finger rests until a menu is asked for. */
  readonly longPressMs: number
}

/** Translates pointer and wheel events of an element into {@link InputEvents}, until the signal is aborted. */
export function listenToPointers(
  element: HTMLElement,
  events: InputEvents,
  settings: InputSettings,
  signal: AbortSignal,
): void {
  const pointers = new Map<number, Point>()
  let start: Point | undefined
  let lastClick: { readonly at: Point; readonly ms: number } | undefined
  /** The browser counts presses of the mouse, at the pace that its user has set for the whole machine. */
  let mousePresses = 0
  /** Where the mouse has clicked once, until something else is pressed. */
  let clickedAt: Point | undefined
  let dragging: 'grabbed' | 'pinched' | undefined
  let hasAsked = false
  let restTimer: ReturnType<typeof setTimeout> | undefined
  let bounds = element.getBoundingClientRect()

  const place = (event: MouseEvent): Point => ({
    x: event.clientX - bounds.left,
    y: event.clientY - bounds.top,
  })

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    bounds = element.getBoundingClientRect()
    pointers.set(event.pointerId, place(event))
    element.setPointerCapture(event.pointerId)
    clearTimeout(restTimer)
    if (pointers.size === 1) {
      const here = place(event)
      start = here
      hasAsked = false
      // Not the mouse: holding its button down begins to drag.
      if (event.pointerType === 'touch') restTimer = setTimeout(() => rest(here), settings.longPressMs)
    } else {
      start = undefined
      dragging = 'pinched'
    }
  }

  const rest = (at: Point) => {
    if (!start || dragging) return
    hasAsked = true
    events.menu(at)
  }

  const onMenu = (event: PointerEvent) => {
    // Of a finger that rests, the timer tells; of keys, those of the map.
    const asks = event.button === 2 || event.ctrlKey
    if (!asks) return event.preventDefault()
    bounds = element.getBoundingClientRect()
    hasAsked = true
    if (events.menu(place(event))) event.preventDefault()
  }

  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId)
    const here = place(event)
    if (!before) {
      if (event.pointerType !== 'touch') events.hover(here)
      return
    }
    if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
      if (other) pinch(before, here, other)
    } else if (dragging === 'grabbed') {
      events.drag(here)
    } else if (dragging === 'pinched') {
      events.pan(here.x - before.x, here.y - before.y)
    } else if (start && Math.hypot(here.x - start.x, here.y - start.y) >= slopOf(event)) {
      clearTimeout(restTimer)
      dragging = 'grabbed'
      events.grab(start, hasAsked)
      events.drag(here)
    }
    pointers.set(event.pointerId, here)
  }

  const slopOf = ({ pointerType }: PointerEvent) =>
    pointerType === 'touch' ? settings.touchSlop : settings.clickSlop

  const pinch = (before: Point, here: Point, other: Point) => {
    const was = Math.hypot(before.x - other.x, before.y - other.y)
    const is = Math.hypot(here.x - other.x, here.y - other.y)
    const middle = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 }
    events.pan((here.x - before.x) / 2, (here.y - before.y) / 2)
    if (was > 0) events.zoom(middle, is / was)
  }

  const isSoonAfter = (at: Point, ms: number) =>
    lastClick !== undefined &&
    ms - lastClick.ms <= settings.doubleClickMs &&
    Math.hypot(at.x - lastClick.at.x, at.y - lastClick.at.y) <= settings.doubleClickSlop

  const click = (event: PointerEvent) => {
    const [at, ms] = [place(event), event.timeStamp]
    const isMouse = event.pointerType === 'mouse'
    const again = isMouse ? mousePresses > 0 && mousePresses % 2 === 0 : isSoonAfter(at, ms)
    lastClick = again || isMouse || hasAsked ? undefined : { at, ms }
    clickedAt = again || !isMouse ? undefined : at
    events.click(at, again, hasAsked)
  }

  /** What the first click has opened may lie under the pointer by now: the second press is for the map all the same. */
  const onPress = (event: MouseEvent) => {
    const before = clickedAt
    if (before === undefined || (event.target instanceof Node && element.contains(event.target))) return
    clickedAt = undefined
    const at = place(event)
    const isNear = Math.hypot(at.x - before.x, at.y - before.y) <= settings.doubleClickSlop
    if (event.button !== 0 || event.detail !== 2 || !isNear) return
    swallow(event)
    const released = new AbortController()
    const whileHeld = { capture: true, signal: AbortSignal.any([signal, released.signal]) }
    for (const type of ['click', 'dblclick']) window.addEventListener(type, swallow, whileHeld)
    // Its click follows at once.
    window.addEventListener('mouseup', () => setTimeout(() => released.abort()), whileHeld)
    events.click(at, true, false)
  }

  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }

  const onUp = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return
    clearTimeout(restTimer)
    if (start && !dragging && event.type === 'pointerup') click(event)
    if (pointers.size === 0) {
      start = undefined
      dragging = undefined
      events.release()
    }
  }

  const onWheel = (event: WheelEvent) => {
    event.preventDefault()
    bounds = element.getBoundingClientRect()
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1
    const pinchGesture = event.ctrlKey ? 4 : 1
    const delta = Math.max(-240, Math.min(240, event.deltaY * unit)) * pinchGesture
    events.zoom(place(event), Math.exp(-delta * settings.wheelRate))
  }

  element.addEventListener('pointerdown', onDown, { signal })
  element.addEventListener('mousedown', ({ detail }) => (mousePresses = detail), { signal })
  element.ownerDocument?.defaultView?.addEventListener('mousedown', onPress, { capture: true, signal })
  element.addEventListener('pointermove', onMove, { signal })
  element.addEventListener('pointerup', onUp, { signal })
  element.addEventListener('pointercancel', onUp, { signal })
  element.addEventListener('pointerenter', () => (bounds = element.getBoundingClientRect()), { signal })
  element.addEventListener('pointerleave', () => events.hover(undefined), { signal })
  element.addEventListener('contextmenu', onMenu, { signal })
  element.addEventListener('wheel', onWheel, { passive: false, signal })
  signal.addEventListener('abort', () => clearTimeout(restTimer))
}
