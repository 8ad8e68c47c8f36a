/**
 * The row that a key leads to.
 *
 * @param at the index of the row that the keyboard is at, -1 before any
 * @param rows how many there are
 * @param page how many are in view
 * @param isGone the row that the keyboard was at is there no longer, and `at` is the index that it had: the next one has that index now
 * @returns undefined when the key leads nowhere
 */
export function rowStep(
  key: string,
  at: number,
  rows: number,
  page: number,
  isGone = false,
): number | undefined {
  if (rows === 0) return undefined
  const to = target(key, { up: at, down: isGone ? at - 1 : at }, rows, Math.max(1, page - 1))
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to))
}

/**
 * The id of the row that the keyboard is at when it comes to the table and is at none: that of the open card, or what stands where it was.
 *
 * @param open id of the node whose card is open
 * @param at the index of the row that it was at, -1 before any
 * @returns that of the open card also where there are no rows, which may yet come; undefined when there is none
 */
export function enteredRow(
  rows: readonly { readonly id: string }[],
  open: string | undefined,
  at: number,
): string | undefined {
  if (rows.length === 0 || rows.some(({ id }) => id === open)) return open
  return rows[Math.max(0, Math.min(at, rows.length - 1))]?.id
}

/** @param from the index from which a key goes up, and that from which it goes down */
function target(
  key: string,
  from: { readonly up: number; readonly down: number },
  rows: number,
  page: number,
): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return from.down + 1
    case 'ArrowUp':
      return from.up - 1
    case 'PageDown':
      return Math.max(0, from.down) + page
    case 'PageUp':
      return from.up - page
    case 'Home':
      return 0
    case 'End':
      return rows - 1
    default:
      return undefined
  }
}
