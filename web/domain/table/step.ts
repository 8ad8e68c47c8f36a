/**
 * The row that a key leads to.
 *
 * @param at the row that the keyboard is at, -1 before any
 * @param rows how many there are
 * @param page how many are in view
 * @returns undefined when the key leads nowhere
 */
export function rowStep(key: string, at: number, rows: number, page: number): number | undefined {
  if (rows === 0) return undefined
  const to = target(key, at, rows, Math.max(1, page - 1))
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to))
}

function target(key: string, at: number, rows: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1
    case 'ArrowUp':
      return at - 1
    case 'PageDown':
      return Math.max(0, at) + page
    case 'PageUp':
      return at - page
    case 'Home':
      return 0
    case 'End':
      return rows - 1
    default:
      return undefined
  }
}
