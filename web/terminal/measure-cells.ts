import type { Terminal } from '@xterm/xterm'

/** The part of xterm.js that measures the text of a cell by laying it out, and remembers how wide it was. It is internal. */
interface WidthCache {
  /** @returns CSS pixels */
  _measure?(text: string, variant: number): number
  clear?(): void
}
interface Internals {
  readonly _core?: {
    readonly _renderService?: {
      readonly _renderer?: { readonly value?: { readonly _widthCache?: WidthCache } }
    }
  }
}

/** Marks that take no room, with nothing to stand on. */
const onlyMarks = /^[\p{Mn}\p{Me}]+$/u

/** Most texts of cells whose width is remembered. */
const REMEMBERED_MOST = 10_000

/**
 * Bounds what measuring cells costs. xterm.js does not remember that a text has no width, because one that is hidden has none either,
 * and so lays out each cell of combining marks again for each frame: output of nothing else stops the whole page for seconds. And it
 * forgets nothing that it has measured.
 *
 * @param terminal has been opened
 */
export function boundMeasuring(terminal: Terminal): void {
  const cache = (terminal as unknown as Internals)._core?._renderService?._renderer?.value?._widthCache
  const measure = cache?._measure
  if (!cache || !measure) return
  let measured = 0
  cache._measure = (text, variant) => {
    if (++measured > REMEMBERED_MOST) {
      measured = 0
      cache.clear?.()
    }
    const width = measure.call(cache, text, variant)
    return width === 0 && onlyMarks.test(text) ? Number.MIN_VALUE : width
  }
}
