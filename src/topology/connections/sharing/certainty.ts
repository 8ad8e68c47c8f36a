import type { PortMatch } from './match-ports.ts'

/**
 * Decides which shares are exact: those of which the ports leave no choice of how to split the connections. Rows and
 * columns with known connections between them form a group, and all rows and columns with unmatched connections are
 * joined into one group. In a group with only one row or only one column there is no choice, so its shares are certain.
 *
 * @returns whether the share between row `i` and column `j` is certain
 */
export const certainty = ({ known, rowRest, columnRest }: PortMatch): ((i: number, j: number) => boolean) => {
  const [rows, columns] = [rowRest.length, columnRest.length]
  // Often all have unmatched connections, so that they are one group.
  if (rowRest.every(isSome) && columnRest.every(isSome)) {
    const isCertain = rows < 2 || columns < 2
    return () => isCertain
  }
  // The group of each row, and after them of each column.
  const groups = new Array<number>(rows + columns).fill(0)
  for (let k = 0; k < groups.length; k++) groups[k] = k
  const join = (one: number, other: number): void => {
    const [kept, joined] = [groups[one] ?? one, groups[other]]
    if (kept === joined) return
    for (let k = 0; k < groups.length; k++) if (groups[k] === joined) groups[k] = kept
  }
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) if ((known[i * columns + j] ?? 0) > 0) join(i, rows + j)
  const firstRow = rowRest.findIndex((rest) => rest > 0)
  const firstColumn = columnRest.findIndex((rest) => rest > 0)
  const first = firstRow >= 0 ? firstRow : rows + firstColumn
  for (let i = 0; i < rows; i++) if ((rowRest[i] ?? 0) > 0) join(first, i)
  for (let j = 0; j < columns; j++) if ((columnRest[j] ?? 0) > 0) join(first, rows + j)
  // If only one side has unmatched connections, their other ends are among the matched ones, but it is unknown which.
  // Nothing in that group is certain.
  const uncertain = firstRow >= 0 !== firstColumn >= 0 ? groups[first] : undefined
  const rowsOf = counts(groups, 0, rows)
  const columnsOf = counts(groups, rows, rows + columns)
  return (i, j) => {
    const group = groups[i]
    if (group === undefined || group !== groups[rows + j] || group === uncertain) return false
    return (rowsOf[group] ?? 0) < 2 || (columnsOf[group] ?? 0) < 2
  }
}

const isSome = (rest: number): boolean => rest > 0

/** By group, how often it is there between two places. */
const counts = (groups: readonly number[], from: number, to: number): readonly number[] => {
  const found = new Array<number>(groups.length).fill(0)
  for (let k = from; k < to; k++) {
    const group = groups[k] ?? k
    found[group] = (found[group] ?? 0) + 1
  }
  return found
}
