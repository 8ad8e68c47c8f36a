import { bucketOf, type Histogram } from '../../report/histogram.ts'

/**
 * How much longer than half the usual time each of sixteen consecutive things takes, as a power of two. The order is
 * fixed, so the histogram of any range is determined, and counts never fall as the range grows.
 */
const PATTERN = [1, 1, 2, 1, 0, 1, 2, 1, 1, 3, 1, 0, 1, 2, 1, 4] as const
const BUCKETS = 5

/** `FIRST[n]` counts the first `n` entries of the pattern by bucket. */
const FIRST = Array.from({ length: PATTERN.length + 1 }, (_, count) =>
  Array.from(
    { length: BUCKETS },
    (_, bucket) => PATTERN.slice(0, count).filter((more) => more === bucket).length,
  ),
)
const ALL = FIRST[PATTERN.length] as readonly number[]

/**
 * The histogram of durations of a range of things, which are numbered from 0.
 *
 * @param usualUs usual duration, at least 2
 * @param first number of the first one
 * @param end number after the last one
 * @returns undefined when the range is empty
 */
export const spreadTimes = (usualUs: number, first: number, end: number): Histogram | undefined => {
  if (end <= first) return undefined
  // Numbers may be negative: those are requests from before the story began.
  const [rowsBefore, rows] = [Math.floor(first / PATTERN.length), Math.floor(end / PATTERN.length)]
  const before = FIRST[first - rowsBefore * PATTERN.length] as readonly number[]
  const after = FIRST[end - rows * PATTERN.length] as readonly number[]
  const counts = ALL.map(
    (all, bucket) => (rows - rowsBefore) * all + (after[bucket] ?? 0) - (before[bucket] ?? 0),
  )
  return { from: bucketOf(usualUs) - 1, counts }
}
