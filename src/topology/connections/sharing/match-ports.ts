import type { Half } from '../flow.ts'
import { sumOf } from './parts.ts'

/**
 * Open connections of the two sides, matched by their client ports. Rows are the halves of one side, columns those of
 * the other.
 */
export interface PortMatch {
  /** At `i * columns + j`: number of connections that are certainly between row `i` and column `j`. */
  readonly known: readonly number[]
  /** The sum of `known` over each column. */
  readonly columnKnown: readonly number[]
  /** Number of connections of each row or column whose other end no port identifies. */
  readonly rowRest: readonly number[]
  readonly columnRest: readonly number[]
}

/** Matches halves of the same address and port, with several processes on one side or both. */
export const matchPorts = (rows: readonly Half[], columns: readonly Half[]): PortMatch => {
  const width = columns.length
  const known = new Array<number>(rows.length * width).fill(0)
  const columnKnown = new Array<number>(width).fill(0)
  const meet = (i: number, j: number): void => {
    known[i * width + j] = (known[i * width + j] ?? 0) + 1
    columnKnown[j] = (columnKnown[j] ?? 0) + 1
  }
  if (portsOf(rows) + portsOf(columns) <= MAX_COMPARED) meetByComparing(rows, columns, meet)
  else {
    const columnOf = indexByPort(columns)
    if (columnOf.size > 0)
      for (const [port, i] of indexByPort(rows)) {
        const j = columnOf.get(port)
        if (j !== undefined) meet(i, j)
      }
  }
  return {
    known,
    columnKnown,
    rowRest: rows.map((half, i) => restOf(half, sumOf(known, i * width, width))),
    columnRest: columns.map((half, j) => restOf(half, columnKnown[j] ?? 0)),
  }
}

/** Up to so many ports it takes less to compare each with all others than to make tables of them. */
const MAX_COMPARED = 16

const portsOf = (halves: readonly Half[]): number => {
  let count = 0
  for (const { clientPorts } of halves) count += clientPorts.length
  return count
}

/** Calls `meet` for each port that one row has, and one column. */
const meetByComparing = (
  rows: readonly Half[],
  columns: readonly Half[],
  meet: (i: number, j: number) => void,
): void => {
  for (let i = 0; i < rows.length; i++) {
    const { clientPorts } = rows[i] as Half
    for (let k = 0; k < clientPorts.length; k++) {
      const port = clientPorts[k] as number
      const j = onlyWith(columns, port)
      if (j >= 0 && onlyWith(rows, port) === i && clientPorts.indexOf(port) === k) meet(i, j)
    }
  }
}

/** The index of the half that has a port; -1 if none has it, or several. */
const onlyWith = (halves: readonly Half[], port: number): number => {
  let only = -1
  for (let i = 0; i < halves.length; i++) {
    if (!halves[i]?.clientPorts.includes(port)) continue
    if (only >= 0) return -1
    only = i
  }
  return only
}

/**
 * Index of the half that has each client port. A port that two halves of one side have was reused between two
 * reports, and is left out.
 */
export const indexByPort = (halves: readonly Half[]): ReadonlyMap<number, number> => {
  const byPort = new Map<number, number>()
  const twice: number[] = []
  for (let i = 0; i < halves.length; i++) {
    for (const port of halves[i]?.clientPorts ?? []) {
      const earlier = byPort.get(port)
      if (earlier === undefined) byPort.set(port, i)
      else if (earlier !== i) twice.push(port)
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
