import type { Terminal } from '@xterm/xterm'
import { rowFactoryOf } from './row-factory.ts'

/**
 * Gives inverse text the colour of the background where that has enough contrast. xterm.js measures the contrast of inverse text as if
 * it had the colour of text, which is the colour behind it then, and makes all of it grey: status lines, the header of `top`.
 *
 * @param terminal has been opened
 */
export function measureInverse(terminal: Terminal): void {
  const rows = rowFactoryOf(terminal)
  const apply = rows?._applyMinimumContrast
  if (!rows || !apply) return
  rows._applyMinimumContrast = (element, background, text, cell, otherBackground, otherText) => {
    const isSwapped = cell.isInverse() !== 0 && cell.isBgDefault()
    const shown = (isSwapped && rows._themeService?.colors?.background) || text
    return apply.call(rows, element, background, shown, cell, otherBackground, otherText)
  }
}
