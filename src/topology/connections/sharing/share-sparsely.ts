import { countInBucket, HISTOGRAM_BUCKETS, histogramOfBuckets } from '../../../report/histogram.ts'
import type { Half } from '../flow.ts'
import {
  counterKeys,
  failedOf,
  histogramKeys,
  type Numbers,
  type RateKey,
  rateKeys,
  type Totals,
} from '../numbers.ts'
import { indexByPort, restOf } from './match-ports.ts'
import { firstWithWeight, fractions, sum, wholeParts } from './parts.ts'

/** The part of one half's connections that is shared with one half of the other side. */
export interface Share {
  /** Index of the half on the other side. */
  readonly j: number
  readonly numbers: Totals
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
): readonly (readonly Share[])[] => {
  const known = knownByPort(tellers, others)
  const columnKnown = others.map(() => 0)
  for (const row of known) for (const [j, count] of row) columnKnown[j] = (columnKnown[j] ?? 0) + count
  const rowRest = tellers.map((half, i) => restOf(half, sum([...(known[i]?.values() ?? [])])))
  const columnRest = others.map((half, j) => restOf(half, columnKnown[j] ?? 0))
  const along = overlaps(lengths(rowRest), lengths(columnRest))
  return tellers.map(({ numbers }, i) => {
    const certain = known[i] ?? new Map()
    const rest = rowRest[i] ?? 0
    const isCertain = rest === 0 && certain.size === 1
    const weights = new Map(certain)
    // A teller without any connections still needs someone at its other end.
    if (!isCertain)
      for (const { j, part } of along[i] ?? [])
        if (rest > 0 || certain.size === 0) weights.set(j, (weights.get(j) ?? 0) + Math.max(rest, 1) * part)
    const parts = splitNumbers(numbers, [...weights.values()])
    return [...weights.keys()].map((j, k) => ({
      j,
      numbers: { ...(parts[k] ?? numbers), estimated: numbers.estimated || !isCertain },
    }))
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
  const least = Math.max(sum(rests), 1) / (1000 * rests.length)
  return fractions(
    1,
    rests.map((rest) => Math.max(rest, least)),
  )
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

/** Splits numbers into parts that add up to them. @param given weights; if their sum is 0, the parts are equal */
const splitNumbers = (numbers: Numbers, given: readonly number[]): readonly Totals[] => {
  const weights = firstWithWeight(given)
  const parts = weights.map((): Totals => ({ ...numbers, durations: undefined, connectTimes: undefined }))
  const set = (key: (typeof counterKeys)[number] | RateKey, values: readonly number[]) => {
    for (const [k, value] of values.entries()) {
      const part = parts[k]
      if (part) part[key] = value
    }
  }
  for (const key of counterKeys) set(key, wholeParts(numbers[key], weights))
  for (const key of rateKeys) set(key, fractions(numbers[key], weights))
  for (const key of histogramKeys) {
    const histogram = numbers[key]
    if (histogram === undefined) continue
    const buckets = parts.map(() => Array.from({ length: HISTOGRAM_BUCKETS }, () => 0))
    for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
      for (const [k, count] of wholeParts(countInBucket(histogram, bucket), weights).entries()) {
        const own = buckets[k]
        if (own) own[bucket] = count
      }
    for (const [k, part] of parts.entries()) part[key] = histogramOfBuckets(buckets[k] ?? [])
  }
  for (const part of parts) part.failed = failedOf(part)
  return parts
}
