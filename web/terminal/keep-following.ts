import type { Terminal } from '@xterm/xterm'

/** The part of xterm.js that scrolls, and no longer follows the output once it was scrolled up. Internal. */
interface Scrolling {
  scrollLines?(lines: number, isSilent?: boolean): void
}
interface Internals {
  readonly _core?: { readonly _bufferService?: Scrolling }
}

/** For so many frames after a resize, what scrolls may reckon with the size of before. */
const UNSETTLED_FRAMES = 3

function afterFrames(count: number, then: () => void): void {
  if (count === 0) then()
  else requestAnimationFrame(() => afterFrames(count - 1, then))
}

/**
 * Has a screen that shows the end of its output go on to follow it when it takes another size. In the frames after that, xterm.js may
 * scroll up by the rows that came or went, takes this for what a person does, and shows nothing of the output that comes.
 */
export function keepFollowing(terminal: Terminal): void {
  const scrolling = (terminal as unknown as Internals)._core?._bufferService
  const scrollLines = scrolling?.scrollLines
  if (!scrolling || !scrollLines) return
  let unsettled = 0
  terminal.onResize(() => {
    unsettled++
    afterFrames(UNSETTLED_FRAMES, () => unsettled--)
  })
  scrolling.scrollLines = (lines, isSilent) => {
    const { viewportY, baseY } = terminal.buffer.active
    if (unsettled === 0 || lines > 0 || viewportY < baseY) scrollLines.call(scrolling, lines, isSilent)
  }
}
