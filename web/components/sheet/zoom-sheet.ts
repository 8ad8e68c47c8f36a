import { onCleanup, onMount } from 'solid-js'
import { takeAwaitedFocus } from '../../state/page/give-focus.ts'
import { isTyping } from '../../state/page/typing.ts'

/** How what scrolls in a sheet is zoomed. */
export interface SheetZoom {
  /** A step in, or out. */
  readonly step: (by: 1 | -1) => void
  /** By a turn of the wheel, which is negative when it turns away. @param x of the pointer, in pixels from the left of what scrolls */
  readonly turn: (deltaY: number, x: number) => void
  /** Shows all. */
  readonly all: () => void
  /** What scrolls has a size, or another one. */
  readonly resized: (scroller: HTMLElement) => void
}

/**
 * Zooms what scrolls in a sheet by the keys + − 0 and by the wheel with Ctrl, and focuses it where that is awaited. Call it while the
 * component is made.
 */
export function zoomSheet(scroller: () => HTMLElement, { step, turn, all, resized }: SheetZoom): void {
  const onKey = (event: KeyboardEvent) => {
    if (isTyping(event) || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === '+' || event.key === '=') step(1)
    else if (event.key === '-') step(-1)
    else if (event.key === '0') all()
  }
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    turn(event.deltaY, event.clientX - scroller().getBoundingClientRect().left)
  }
  onMount(() => {
    const observer = new ResizeObserver(() => resized(scroller()))
    observer.observe(scroller())
    scroller().addEventListener('wheel', onWheel, { passive: false })
    document.addEventListener('keydown', onKey)
    takeAwaitedFocus(scroller())
    onCleanup(() => {
      observer.disconnect()
      document.removeEventListener('keydown', onKey)
    })
  })
}
