import type { Cell } from '../frame.ts'

/** A node or edge, apart: what it is, and its numbers. */
export interface Split<Base> {
  readonly base: Base
  readonly cells: readonly Cell[]
}

/** Takes nodes or edges apart, and puts them together again. */
export interface Splitter<Whole, Base> {
  split(whole: Whole): Split<Base>
  /** The opposite of `split`. Cells that are missing count as absent. */
  join(base: Base, cells: readonly Cell[]): Whole
}

/** Leaves out absent cells at the end. */
export const trimmed = (cells: readonly Cell[]): readonly Cell[] => {
  const last = cells.findLastIndex((cell) => cell !== null)
  return last === cells.length - 1 ? cells : cells.slice(0, last + 1)
}
