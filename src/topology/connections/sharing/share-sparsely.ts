import type { Half } from '../flow.ts'
import type { Numbers } from '../numbers.ts'
import { Layout } from './layout.ts'
import { indexByPort, type PortMatch, restOf } from './match-ports.ts'
import { putFractions, putWholeParts, sumOf } from './parts.ts'

/** The part of one half's connections that is shared with one half of the other side. */
export interface Share {
  /** Index of the half on the other side. */
  readonly j: number
  readonly numbers: Numbers
}

/** Open connections matched by their client ports, like {@link PortMatch}, where there are too many pairs for a list of all. */
export interface SparseMatch extends Pick<PortMatch, 'rowRest' | 'columnRest'> {
  /** By row: the number of connections that are certainly with a column, by its index. */
  readonly known: readonly ReadonlyMap<number, number>[]
}

/** Matches halves like `matchPorts`. */
export const matchSparsely = (rows: readonly Half[], columns: readonly Half[]): SparseMatch => {
  const known = knownByPort(rows, columns)
  const columnKnown = columns.map(() => 0)
  for (const row of known) for (const [j, count] of row) columnKnown[j] = (columnKnown[j] ?? 0) + count
  const rowRest = rows.map((half, i) => {
    let ofRow = 0
    for (const count of known[i]?.values() ?? []) ofRow += count
    return restOf(half, ofRow)
  })
  const columnRest = columns.map((half, j) => restOf(half, columnKnown[j] ?? 0))
  return { known, rowRest, columnRest }
}

/**
 * Splits the numbers of each teller among the others when there are too many pairs for a full matrix.
 *
 * Connections whose ends are matched by a port are assigned first. For the rest, both sides are laid along a line in
 * order, each half as long as its number of unmatched connections, and halves that lie beside each other share (the
 * north-west corner rule). So there are hardly more shares than halves, every half gets at least one, and a teller's
 * shares add up to exactly what it reported. The shares are estimates, except for a teller whose ports assign all its
 * connections to a single other half.
 *
 * @returns shares by teller
 */
export const shareSparsely = (
  tellers: readonly Half[],
  others: readonly Half[],
  { known, rowRest, columnRest }: SparseMatch = matchSparsely(tellers, others),
): readonly (readonly Share[])[] => {
  const along = overlaps(lengths(rowRest), lengths(columnRest))
  const layout = new Layout(tellers)
  const told = layout.of(tellers)
  return tellers.map((teller, i) => {
    const certain = known[i] ?? new Map()
    const rest = rowRest[i] ?? 0
    const isCertain = rest === 0 && certain.size === 1
    const weights = new Map(certain)
    // A teller without any connections still needs someone at its other end.
    if (!isCertain)
      for (const { j, part } of along[i] ?? [])
        if (rest > 0 || certain.size === 0) weights.set(j, (weights.get(j) ?? 0) + Math.max(rest, 1) * part)
    const shares = split(told, i * layout.size, [...weights.values()], layout)
    return [...weights.keys()].flatMap((j, k) => {
      const other = others[j]
      if (other === undefined) return []
      return [{ j, numbers: layout.numbersOf(teller, other, shares, k * layout.size, !isCertain) }]
    })
  })
}

/** Number of open connections of each row with each column, as far as ports identify them. */
const knownByPort = (rows: readonly Half[], columns: readonly Half[]): readonly Map<number, number>[] => {
  const columnOf = indexByPort(columns)
  const known = rows.map(() => new Map<number, number>())
  for (const [port, i] of indexByPort(rows)) {
    const j = columnOf.get(port)
    if (j !== undefined) known[i]?.set(j, (known[i].get(j) ?? 0) + 1)
  }
  return known
}

/**
 * The fraction of the line that each half takes up. All get at least a little, so that none is left without a share.
 */
const lengths = (rests: readonly number[]): readonly number[] => {
  const least = Math.max(sumOf(rests, 0, rests.length), 1) / (1000 * rests.length)
  const shown = rests.map((rest) => Math.max(rest, least))
  const whole = sumOf(shown, 0, shown.length)
  return shown.map((rest) => rest / whole)
}

/**
 * Lays the two sides along the same line of length 1.
 *
 * @returns for each row the columns that overlap it, at least one, each with the fraction of the row that it covers
 */
const overlaps = (
  rows: readonly number[],
  columns: readonly number[],
): readonly (readonly { readonly j: number; readonly part: number }[])[] => {
  let j = 0
  let columnEnd = columns[0] ?? 1
  let at = 0
  return rows.map((length) => {
    const end = at + length
    const beside: { j: number; part: number }[] = []
    for (;;) {
      const upTo = Math.min(end, columnEnd)
      if (upTo > at) beside.push({ j, part: (upTo - at) / length })
      at = Math.max(at, upTo)
      if (columnEnd >= end || j === columns.length - 1) break
      j += 1
      columnEnd += columns[j] ?? 0
    }
    at = end
    return beside.length > 0 ? beside : [{ j, part: 1 }]
  })
}

/**
 * Splits the numbers that a list has from one place on into parts that add up to them.
 *
 * @param given weights; if their sum is 0, the parts are equal
 * @returns one part after the other
 */
const split = (
  from: ArrayLike<number>,
  at: number,
  given: readonly number[],
  layout: Layout,
): ArrayLike<number> => {
  const weights = sumOf(given, 0, given.length) > 0 ? given : given.map(() => 1)
  const whole = sumOf(weights, 0, weights.length)
  const shares = layout.empty(weights.length)
  const parts = new Float64Array(weights.length)
  for (const section of layout.sections) {
    const apportion = section.are === 'counters' ? putWholeParts : putFractions
    for (let k = section.from; k < section.to; k++) {
      const number = from[at + k] ?? 0
      if (number === 0) continue
      apportion(number, weights, 0, weights.length, whole, parts)
      for (let n = 0; n < parts.length; n++) shares[n * layout.size + k] = parts[n] ?? 0
    }
  }
  return shares
}
