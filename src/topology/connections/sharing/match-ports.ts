import type { Half } from '../flow.ts'
import { sum } from './parts.ts'

/** Which open connections of one side are which of the other, as far as ports tell. */
export interface PortMatch {
  /** Connections known to be of row `i` and of column `j`. */
  readonly known: readonly (readonly number[])[]
  /** Those of a column together. */
  readonly columnKnown: readonly number[]
  /** Connections of a row, of a column, for which no port tells the other end. */
  readonly rowRest: readonly number[]
  readonly columnRest: readonly number[]
  /** True when nothing but `i` and what is bound up with it alone can be at the other end of `j`: no share is a guess. */
  readonly isCertain: (i: number, j: number) => boolean
}

/** Matches the halves of one address and port, of several processes on both sides. */
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

/** A port that two of a side claim was used again between two reports, and tells nothing. */
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

/** How many connections a half tells of, besides those known. Those there at its start count as open, not as opened. */
export const restOf = ({ numbers }: Half, known: number): number => {
  const { open, opened, closed, failed, abandoned } = numbers
  return Math.max(0, Math.max(open + closed, opened) + failed + abandoned - known)
}

/**
 * Rows and columns that share connections make up groups; all with connections of unknown ends are one group. Within a
 * group of one row or one column there is no choice.
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
  // The other ends of what is left on one side only are among those known: which, nobody says.
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
