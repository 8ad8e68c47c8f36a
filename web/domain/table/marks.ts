import { count } from '../words/format.ts'

/** The rows that are marked, to act on them, by id. */
export type Marks = ReadonlySet<string>

/** No row is marked. */
export const noMarks: Marks = new Set()

/** The marks after a row was marked, or unmarked. */
export function toggleMark(marks: Marks, id: string): Marks {
  const next = new Set(marks)
  if (!next.delete(id)) next.add(id)
  return next
}

/**
 * The marks with all rows between two, both included, as they are in `order`. When the row it begins at is gone, only the one it
 * ends at is marked.
 */
export function markBetween(marks: Marks, order: readonly string[], from: string, to: string): Marks {
  const [a, b] = [order.indexOf(from), order.indexOf(to)]
  if (b < 0) return marks
  const first = a < 0 ? b : Math.min(a, b)
  return new Set([...marks, ...order.slice(first, Math.max(a, b) + 1)])
}

/**
 * The marks with all of `order` or, when all of these are marked, without them. Marks of other rows stay: those are hidden by what is
 * typed.
 */
export function markAllOrNone(marks: Marks, order: readonly string[]): Marks {
  const shown = new Set(order)
  const areAllMarked = order.length > 0 && order.every((id) => marks.has(id))
  return new Set(areAllMarked ? [...marks].filter((id) => !shown.has(id)) : [...marks, ...order])
}

/** How many rows are marked, in words. @param shown how many of these are shown, which are those that match what is typed */
export function markedWords(marked: number, shown: number): string {
  const hidden = marked - shown
  return `${count(marked)} marked${hidden > 0 ? `, ${count(hidden)} not shown` : ''}`
}

/** The marks without those of rows that are gone. The same object when none is. */
export function presentMarks(marks: Marks, isPresent: (id: string) => boolean): Marks {
  const present = [...marks].filter(isPresent)
  return present.length === marks.size ? marks : new Set(present)
}
