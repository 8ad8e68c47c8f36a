import { countInBucket, HISTOGRAM_BUCKETS, type Histogram } from '../../../report/histogram.ts'
import type { Half } from '../flow.ts'
import {
  type CounterKey,
  counterKeys,
  failedOf,
  histogramKeys,
  type RateKey,
  rateKeys,
  type Totals,
} from '../numbers.ts'
import type { PortMatch } from './match-ports.ts'
import { firstWithWeight, fractions, sum, wholeParts } from './parts.ts'

/**
 * How each number is split ({@link splits}): `connections` counts connections that are or were open, `past` those
 * that have ended or failed and the rates of connections, `traffic` what was sent over them.
 */
const kinds: Readonly<Record<CounterKey | RateKey, 'connections' | 'past' | 'traffic'>> = {
  open: 'connections',
  opened: 'connections',
  closed: 'past',
  failed: 'past',
  refused: 'past',
  timedOut: 'past',
  unreachable: 'past',
  outOfPorts: 'past',
  failedOtherwise: 'past',
  abandoned: 'past',
  resetByClient: 'past',
  resetByServer: 'past',
  lost: 'past',
  openedPerSecond: 'past',
  failedPerSecond: 'past',
  bytesSent: 'traffic',
  bytesReceived: 'traffic',
  retransmits: 'traffic',
  bytesSentPerSecond: 'traffic',
  bytesReceivedPerSecond: 'traffic',
}

/**
 * Splits the numbers of each teller among the others: `[teller][other]`. Each row adds up to exactly what its teller
 * reported, and columns come as close as possible to what the others report.
 */
export const shareMatrix = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: PortMatch,
): readonly (readonly Totals[])[] => {
  const shares = tellers.map(({ numbers }) => others.map((): Totals => ({ ...numbers })))
  if (others.length < 2) return shares
  const split = splits(others, match)
  for (const key of [...counterKeys, ...rateKeys]) {
    // Of most numbers there is nothing to be split, and nothing is left off the columns.
    if (tellers.every(({ numbers }) => numbers[key] === 0)) continue
    const splitOne = split[kinds[key]](
      others.map(({ numbers }) => numbers[key]),
      key.endsWith('PerSecond') ? fractions : wholeParts,
    )
    for (const [i, { numbers }] of tellers.entries()) {
      if (numbers[key] === 0) continue
      for (const [j, part] of splitOne(numbers[key], i).entries()) {
        const share = shares[i]?.[j]
        if (share) share[key] = part
      }
    }
  }
  for (const key of histogramKeys) shareHistograms(key, tellers, others, split.past, shares)
  for (const row of shares) for (const share of row) share.failed = failedOf(share)
  return shares
}

/** Splits histograms bucket by bucket. */
const shareHistograms = (
  key: (typeof histogramKeys)[number],
  tellers: readonly Half[],
  others: readonly Half[],
  split: Splitting,
  shares: readonly (readonly Totals[])[],
): void => {
  if (tellers.every(({ numbers }) => numbers[key] === undefined)) return
  const inBucket = ({ numbers }: Half, bucket: number): number => {
    const histogram = numbers[key]
    return histogram === undefined ? 0 : countInBucket(histogram, bucket)
  }
  const parts = tellers.map(() => others.map((): number[] => []))
  for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    const told = tellers.map((teller) => inBucket(teller, bucket))
    if (sum(told) === 0) continue
    const own = others.map((other) => inBucket(other, bucket))
    const splitOne = split(own, wholeParts)
    for (const [i, count] of told.entries()) {
      if (count === 0) continue
      for (const [j, part] of splitOne(count, i).entries()) if (part > 0) parts[i]?.[j]?.push(bucket, part)
    }
  }
  for (const [i, row] of shares.entries())
    for (const [j, share] of row.entries()) share[key] = histogramOfPairs(parts[i]?.[j] ?? [])
}

/** @param pairs bucket and count, in turn, the lowest bucket first */
const histogramOfPairs = (pairs: readonly number[]): Histogram | undefined => {
  const [from] = pairs
  if (from === undefined) return undefined
  const counts: number[] = []
  for (let i = 0; i < pairs.length; i += 2) {
    while (counts.length < (pairs[i] ?? 0) - from) counts.push(0)
    counts.push(pairs[i + 1] ?? 0)
  }
  return { from, counts }
}

/** Splits the number that row `i` reports. Must be called once for each row, in order. */
type Split = (told: number, i: number) => readonly number[]

/** @param own the number that each of the others reports @param apportion how a total is divided by weights */
type Splitting = (own: readonly number[], apportion: typeof wholeParts) => Split

const splits = (
  others: readonly Half[],
  match: PortMatch,
): Record<'connections' | 'past' | 'traffic', Splitting> => {
  const busy = others.map(({ numbers }) => numbers.opened + numbers.open)
  const knownOf = (i: number) => match.known[i] ?? []
  const joints = match.rowRest.map((_, i) => jointWeights(match, i))

  return {
    connections: (own) => {
      const rest = restsAfter(own.map((value, j) => value - (match.columnKnown[j] ?? 0)))
      return (told, i) => {
        const known = knownOf(i)
        const certain = sum(known) > told ? wholeParts(told, known) : known
        const weights = firstWithWeight(rest.now(), known, own, busy)
        const added = rest.take(wholeParts(told - sum(certain), weights))
        return added.map((part, j) => part + (certain[j] ?? 0))
      }
    },
    past: (own, apportion) => {
      const rest = restsAfter(own)
      return (told, i) => rest.take(apportion(told, firstWithWeight(rest.now(), own, knownOf(i), busy)))
    },
    traffic: (own, apportion) => (told, i) => {
      const joint = joints[i] ?? []
      const weights = firstWithWeight(
        joint.map(({ share }, j) => share * (own[j] ?? 0)),
        joint.map(({ weight }) => weight),
        own,
        busy,
      )
      return apportion(told, weights)
    },
  }
}

/**
 * Tracks how much of each column is left for the following rows. Without it, the first of two columns with one
 * connection each would get both.
 */
const restsAfter = (values: readonly number[]) => {
  let rest = values.map((value) => Math.max(0, value))
  return {
    now: () => rest,
    take: (parts: readonly number[]): readonly number[] => {
      rest = rest.map((value, j) => Math.max(0, value - (parts[j] ?? 0)))
      return parts
    },
  }
}

/**
 * For each column: `weight`, how many of its connections are with row `i` (known by ports, the rest estimated in
 * proportion), and `share`, the same as a fraction of all its connections.
 */
const jointWeights = (match: PortMatch, i: number): { weight: number; share: number }[] => {
  const columnRests = sum(match.columnRest)
  const rowRests = sum(match.rowRest)
  return match.columnRest.map((rest, j) => {
    const part = columnRests > 0 ? rest / columnRests : 0
    const weight = (match.known[i]?.[j] ?? 0) + (match.rowRest[i] ?? 0) * part
    const whole = (match.columnKnown[j] ?? 0) + rowRests * part
    return { weight, share: whole > 0 ? weight / whole : 0 }
  })
}
