import { countInBucket, HISTOGRAM_BUCKETS, histogramOfBuckets } from '../../../../src/report/histogram.ts'
import type { Half } from '../../../../src/topology/connections/flow.ts'
import {
  counterKeys,
  failedOf,
  histogramKeys,
  type Numbers,
  rateKeys,
} from '../../../../src/topology/connections/numbers.ts'

type Row = readonly number[]

const sum = (values: Row): number => values.reduce((a, b) => a + b, 0)
const transposed = (rows: readonly Row[]): readonly Row[] =>
  (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0))

const fractions = (told: number, weights: Row): Row => weights.map((weight) => (told * weight) / sum(weights))

const wholeParts = (told: number, weights: Row): Row => {
  const upTo = weights.map((_, k) => {
    const share = sum(weights.slice(0, k + 1)) / sum(weights)
    return share === 1 ? told : Math.min(told, Math.round(told * share))
  })
  return upTo.map((value, k) => value - (upTo[k - 1] ?? 0))
}

const firstWithWeight = (...candidates: readonly Row[]): Row =>
  candidates.find((weights) => sum(weights) > 0) ?? (candidates[0] ?? []).map(() => 1)

const connectionKeys = ['open', 'opened'] as const
const trafficKeys = [
  'bytesSent',
  'bytesReceived',
  'retransmits',
  'bytesSentPerSecond',
  'bytesReceivedPerSecond',
] as const

const isOneOf = (keys: readonly string[], key: string): boolean => keys.includes(key)

/** Which connections are between whom, as far as the client ports of open ones tell. */
const matchedByPort = (tellers: readonly Half[], others: readonly Half[]) => {
  /** Ports that no other half of the same side has. */
  const portsOf = (half: Half, side: readonly Half[]): Row =>
    half.clientPorts.filter((port) => side.every((one) => one === half || !one.clientPorts.includes(port)))
  const known = tellers.map((teller) =>
    others.map((other) => {
      const ports = portsOf(other, others)
      return portsOf(teller, tellers).filter((port) => ports.includes(port)).length
    }),
  )
  const rest = ({ numbers }: Half, matched: Row): number => {
    const { open, opened, closed, failed, abandoned } = numbers
    return Math.max(0, Math.max(open + closed, opened) + failed + abandoned - sum(matched))
  }
  return {
    known,
    tellerRest: tellers.map((half, i) => rest(half, known[i] ?? [])),
    otherRest: others.map((half, j) => rest(half, transposed(known)[j] ?? [])),
  }
}

/**
 * Whether it is certain what teller `i` has with the other `j`: among all who may have connections with each other there is
 * only one teller, or only one other.
 */
const isExact = (tellers: readonly Half[], others: readonly Half[], i: number, j: number): boolean => {
  if (tellers.length === 1) return others.every(({ completeness }) => completeness !== 'polled')
  const { known, tellerRest, otherRest } = matchedByPort(tellers, others)
  const all = [...tellers, ...others]
  const rests = [...tellerRest, ...otherRest]
  const together = (a: number, b: number): boolean =>
    (known[a]?.[b - tellers.length] ?? 0) > 0 || ((rests[a] ?? 0) > 0 && (rests[b] ?? 0) > 0)
  const group = new Set([i])
  for (const _ of all)
    for (const a of group) for (const b of all.keys()) if (together(a, b) || together(b, a)) group.add(b)
  if (!group.has(tellers.length + j)) return false
  // Those whose connections no port tells of must find each other: where there are none on one side, something is missing.
  const isOneSided = sum(tellerRest) > 0 !== sum(otherRest) > 0
  if (isOneSided && [...group].some((k) => (rests[k] ?? 0) > 0)) return false
  const tellersOfIt = [...group].filter((k) => k < tellers.length)
  return tellersOfIt.length === 1 || group.size - tellersOfIt.length === 1
}

/**
 * Whether teller `i` may have connections with the other `j` that it may as well have with another: both have some whose other end no
 * port tells, or the teller has and none of the others.
 */
export const isInDoubt = (
  tellers: readonly Half[],
  others: readonly Half[],
  i: number,
  j: number,
): boolean => {
  const { tellerRest, otherRest } = matchedByPort(tellers, others)
  const mayHaveSome = (otherRest[j] ?? 0) > 0 || sum(otherRest) === 0
  return (tellerRest[i] ?? 0) > 0 && mayHaveSome && !isExact(tellers, others, i, j)
}

/**
 * The rules by which the numbers of tellers are split among others, number by number, said as plainly as can be:
 * `[teller][other]`.
 */
export const plainShares = (tellers: readonly Half[], others: readonly Half[]): readonly Numbers[][] => {
  const { known, tellerRest, otherRest } = matchedByPort(tellers, others)
  const knownOfOthers = transposed(known).map(sum)
  const activity = others.map(({ numbers }) => numbers.opened + numbers.open)

  /** What each of the others has left is what it told, less what those before were given. */
  const inOrder = (
    told: Row,
    left: Row,
    split: (value: number, i: number, left: Row) => Row,
  ): readonly Row[] =>
    told.map((value, i) => {
      const parts = split(value, i, left)
      left = left.map((rest, j) => Math.max(0, rest - (parts[j] ?? 0)))
      return parts
    })

  const splitConnections = (told: Row, own: Row): readonly Row[] => {
    const certain = told.map((value, i) => {
      const byPort = known[i] ?? []
      return sum(byPort) > value ? wholeParts(value, byPort) : byPort
    })
    const unknown = told.map((value, i) => value - sum(certain[i] ?? []))
    const left = own.map((value, j) => Math.max(0, value - (knownOfOthers[j] ?? 0)))
    return inOrder(unknown, left, (value, i, rest) =>
      wholeParts(value, firstWithWeight(rest, known[i] ?? [], own, activity)),
    ).map((row, i) => row.map((part, j) => part + (certain[i]?.[j] ?? 0)))
  }

  const splitPast = (told: Row, own: Row, apportion: typeof wholeParts): readonly Row[] =>
    inOrder(told, own, (value, i, rest) =>
      apportion(value, firstWithWeight(rest, own, known[i] ?? [], activity)),
    )

  const splitTraffic = (told: Row, own: Row, apportion: typeof wholeParts): readonly Row[] =>
    told.map((value, i) => {
      const connections = others.map((_, j) => {
        const part = sum(otherRest) > 0 ? (otherRest[j] ?? 0) / sum(otherRest) : 0
        const together = (known[i]?.[j] ?? 0) + (tellerRest[i] ?? 0) * part
        return { together, ofOther: (knownOfOthers[j] ?? 0) + sum(tellerRest) * part }
      })
      const carried = connections.map(({ together, ofOther }, j) =>
        ofOther > 0 ? (together / ofOther) * (own[j] ?? 0) : 0,
      )
      const together = connections.map((one) => one.together)
      return apportion(value, firstWithWeight(carried, together, own, activity))
    })

  const splitKey = (key: (typeof counterKeys)[number] | (typeof rateKeys)[number]): readonly Row[] => {
    const [told, own] = [tellers, others].map((halves) => halves.map(({ numbers }) => numbers[key]))
    const apportion = isOneOf(rateKeys, key) ? fractions : wholeParts
    if (isOneOf(connectionKeys, key)) return splitConnections(told ?? [], own ?? [])
    if (isOneOf(trafficKeys, key)) return splitTraffic(told ?? [], own ?? [], apportion)
    return splitPast(told ?? [], own ?? [], apportion)
  }
  const split = Object.fromEntries([...counterKeys, ...rateKeys].map((key) => [key, splitKey(key)]))
  const buckets = histogramKeys.map((key) =>
    Array.from({ length: HISTOGRAM_BUCKETS }, (_, bucket) => {
      const inBucket = ({ numbers: { [key]: histogram } }: Half): number =>
        histogram ? countInBucket(histogram, bucket) : 0
      return splitPast(tellers.map(inBucket), others.map(inBucket), wholeParts)
    }),
  )
  return tellers.map((teller, i) =>
    others.map((other, j) => {
      const numbers = {
        ...teller.numbers,
        ...Object.fromEntries(Object.entries(split).map(([key, rows]) => [key, rows[i]?.[j] ?? 0])),
      }
      const [durations, connectTimes] = buckets.map((ofKey) =>
        histogramOfBuckets(ofKey.map((rows) => rows[i]?.[j] ?? 0)),
      )
      const quietSeconds = Math.max(teller.numbers.quietSeconds, other.numbers.quietSeconds)
      return {
        ...{ ...numbers, failed: failedOf(numbers), durations, connectTimes },
        quietSeconds: numbers.open > 0 ? 0 : quietSeconds,
        estimated: numbers.estimated || !isExact(tellers, others, i, j),
      }
    }),
  )
}
