import type { TerminalSize } from '../../daemon/actions.ts'

/**
 * Passes on sizes of a terminal one after the other. While one is under way only the latest of the others is kept. That one
 * cannot be set is not told: the terminal may have ended, and its size is never wrong for long.
 *
 * @param set sets the size
 */
export const createResizer = (set: (size: TerminalSize) => Promise<void>): ((size: TerminalSize) => void) => {
  let next: TerminalSize | undefined
  let underWay = false
  const work = async (): Promise<void> => {
    underWay = true
    while (next !== undefined) {
      const size = next
      next = undefined
      await set(size).catch(() => {})
    }
    underWay = false
  }
  return (size) => {
    next = size
    if (!underWay) void work()
  }
}
