import { equalValues } from '../../topology/equal.ts'
import type { Cell } from '../frame.ts'

/** Takes nodes or edges apart into what each is and its numbers. */
export interface Splitter<Whole, Base> {
  /** What it is, without its numbers. */
  base(whole: Whole): Base
  /** Whether two have equal bases; it takes less than to make these. */
  isSameBase(a: Whole, b: Whole): boolean
  /** The numbers, without absent cells at the end. */
  cells(whole: Whole): readonly Cell[]
  /**
   * The cells that differ between two whose bases are equal: the position of each, and then what it is now. It takes less than to
   * make the cells of both.
   *
   * @param row to which they are added; a new list by default
   * @returns the row
   */
  moved(before: Whole, now: Whole, row?: Cell[]): Cell[]
}

/** Puts together again what a {@link Splitter} took apart, as those are told who read it. Cells that are missing count as absent. */
export type Join<Base, Joined> = (base: Base, cells: readonly Cell[]) => Joined

/** Adds a cell to those that moved, if it has. */
export const addMoved = (moved: Cell[], position: number, before: Cell, now: Cell): void => {
  if (before !== now) moved.push(position, now)
}

/** Leaves out absent cells at the end, in place. */
export const trimmed = (cells: Cell[]): readonly Cell[] => {
  let { length } = cells
  while (length > 0 && cells[length - 1] === null) length--
  cells.length = length
  return cells
}

/** Whether two objects have equal values, but for those of some keys. */
export const equalBut = <T extends object>(a: T, b: T, apart: readonly (keyof T)[]): boolean => {
  for (const key in a)
    if (a[key] !== b[key] && !apart.includes(key) && !equalValues(a[key], b[key])) return false
  for (const key in b) if (!(key in a) && !apart.includes(key)) return false
  return true
}
