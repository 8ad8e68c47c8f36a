import type { TerminalSize } from '../../daemon/actions.ts'

/**
 * Passes on sizes of a terminal one after the other. While one is under way only the latest of the others is kept. That one
 * cannot be set is not told: the terminal may have ended, and its size is never wrong for long.
 *
 * @param set sets the size
 * @returns takes a size; what it returns resolves once no size is left to be set, and never rejects
 */
export const createResizer = (
  set: (size: TerminalSize) => Promise<void>,
): ((size: TerminalSize) => Promise<void>) => {
  let next: TerminalSize | undefined
  let working: Promise<void> | undefined
  const work = async (): Promise<void> => {
    while (next !== undefined) {
      const size = next
      next = undefined
      await set(size).catch(() => {})
    }
    working = undefined
  }
  return (size) => {
    next = size
    working ??= work()
    return working
  }
}
