import { nameColumn, type Sorting } from '../plot/table.ts'
import type { TableColumn } from './column.ts'

/**
 * How the table is sorted: as somebody asked while that column is shown, else by the first metric that is shown, the largest first; without a
 * metric by name.
 *
 * @param shown the columns that are shown
 */
export function tableSorting(asked: Sorting | undefined, shown: readonly TableColumn[]): Sorting {
  if (asked && (asked.column === nameColumn || shown.some(({ id }) => id === asked.column))) return asked
  const metric = shown.find(({ kind }) => kind === 'Metrics')
  return metric ? { column: metric.id, descending: true } : { column: nameColumn, descending: false }
}

/** The sorting after the head of a column was pressed: another column begins with its largest numbers, or with the first text; the same one is reversed. */
export function pressedHead(sorting: Sorting, column: string, all: readonly TableColumn[]): Sorting {
  if (sorting.column === column) return { column, descending: !sorting.descending }
  return { column, descending: all.some(({ id, numeric }) => id === column && numeric) }
}
