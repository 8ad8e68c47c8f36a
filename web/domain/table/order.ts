const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Compares two values of a column: numbers by size, texts as people order them (`web-2` before `web-10`). */
export function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

/** A row that stays where it is: the one under the pointer. */
export interface HeldRow<T> {
  readonly row: T
  /** Its place among the rows. */
  readonly at: number
}

/**
 * Sorted rows with one of them where it was, so that nothing moves away under the pointer while numbers change. A held row that
 * is gone is kept as it was last.
 */
export function withHeldRow<T extends { readonly id: string }>(
  sorted: readonly T[],
  held: HeldRow<T> | undefined,
): readonly T[] {
  if (held === undefined) return sorted
  const now = sorted.findIndex(({ id }) => id === held.row.id)
  if (now === held.at) return sorted
  const rest = now < 0 ? sorted : sorted.filter((_, at) => at !== now)
  const at = Math.min(held.at, rest.length)
  return [...rest.slice(0, at), sorted[now] ?? held.row, ...rest.slice(at)]
}
