import type { Half } from '../flow.ts'
import { sum } from './parts.ts'

/**
 * Matches open connections of the two sides by their client ports. Rows are the halves of one side, columns those of
 * the other.
 */
export interface PortMatch {
  /** `known[i][j]`: number of connections that are certainly between row `i` and column `j`. */
  readonly known: readonly (readonly number[])[]
  /** The sum of `known` over each column. */
  readonly columnKnown: readonly number[]
  /** Number of connections of each row or column whose other end no port identifies. */
  readonly rowRest: readonly number[]
  readonly columnRest: readonly number[]
  /**
   * Whether the share between row `i` and column `j` is exact: the ports leave no choice of how to split the
   * connections.
   */
  readonly isCertain: (i: number, j: number) => boolean
}

/** Matches halves of the same address and port, with several processes on both sides. */
export const matchPorts = (rows: readonly Half[], columns: readonly Half[]): PortMatch => {
  const columnOf = indexByPort(columns)
  const known = rows.map(() => columns.map(() => 0))
  for (const [port, i] of indexByPort(rows)) {
    const j = columnOf.get(port)
    const row = known[i]
    if (row !== undefined && j !== undefined) row[j] = (row[j] ?? 0) + 1
  }
  const rowRest = rows.map((half, i) => restOf(half, sum(known[i] ?? [])))
  const columnKnown = columns.map((_, j) => sum(known.map((row) => row[j] ?? 0)))
  const columnRest = columns.map((half, j) => restOf(half, columnKnown[j] ?? 0))
  return { known, columnKnown, rowRest, columnRest, isCertain: certainty(known, rowRest, columnRest) }
}

/**
 * Index of the half that has each client port. A port that two halves of one side have was reused between two
 * reports, and is left out.
 */
export const indexByPort = (halves: readonly Half[]): ReadonlyMap<number, number> => {
  const byPort = new Map<number, number>()
  const twice = new Set<number>()
  for (const [i, half] of halves.entries()) {
    for (const port of new Set(half.clientPorts)) {
      if (byPort.has(port)) twice.add(port)
      byPort.set(port, i)
    }
  }
  for (const port of twice) byPort.delete(port)
  return byPort
}

/**
 * How many of a half's connections are not among the `known` ones. Connections that existed before counting began are
 * in `open` but not in `opened`, hence the larger of the two counts is used.
 */
export const restOf = ({ numbers }: Half, known: number): number => {
  const { open, opened, closed, failed, abandoned } = numbers
  return Math.max(0, Math.max(open + closed, opened) + failed + abandoned - known)
}

/**
 * Decides which shares are certain. Rows and columns with known connections between them form a group, and all rows
 * and columns with unmatched connections are joined into one group. In a group with only one row or only one column
 * there is no choice, so its shares are certain.
 */
const certainty = (
  known: readonly (readonly number[])[],
  rowRest: readonly number[],
  columnRest: readonly number[],
): PortMatch['isCertain'] => {
  const rowGroup = rowRest.map((_, i) => i)
  const columnGroup = columnRest.map((_, j) => rowRest.length + j)
  const join = (a: number | undefined, b: number | undefined) => {
    for (const groups of [rowGroup, columnGroup])
      for (const [k, group] of groups.entries()) if (group === b) groups[k] = a ?? group
  }
  for (const [i, row] of known.entries())
    for (const [j, count] of row.entries())
      if (count > 0 && rowGroup[i] !== columnGroup[j]) join(rowGroup[i], columnGroup[j])
  const withRest = [
    ...rowRest.flatMap((rest, i) => (rest > 0 ? [{ groups: rowGroup, at: i }] : [])),
    ...columnRest.flatMap((rest, j) => (rest > 0 ? [{ groups: columnGroup, at: j }] : [])),
  ]
  const [first, ...others] = withRest
  for (const { groups, at } of others) {
    const a = first?.groups[first.at]
    if (a !== groups[at]) join(a, groups[at])
  }
  // If only one side has unmatched connections, their other ends are among the matched ones, but it is unknown which.
  // Nothing in that group is certain.
  const oneSided = rowRest.some((rest) => rest > 0) !== columnRest.some((rest) => rest > 0)
  const restGroup = first && oneSided ? first.groups[first.at] : undefined
  const severalRows = repeated(rowGroup)
  const severalColumns = repeated(columnGroup)
  return (i, j) => {
    const group = rowGroup[i]
    if (group === undefined || group !== columnGroup[j] || group === restGroup) return false
    return !severalRows.has(group) || !severalColumns.has(group)
  }
}

const repeated = (values: readonly number[]): ReadonlySet<number> => {
  const seen = new Set<number>()
  return new Set(values.filter((value) => seen.size === seen.add(value).size))
}
