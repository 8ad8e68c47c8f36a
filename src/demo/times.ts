import { bucketOf, type Histogram } from '../report/histogram.ts'

/**
 * By how much each of sixteen in a row takes longer than usual, in powers of two from a half on. A fixed order, so that any
 * number of them has one histogram, and more of them never a smaller one.
 */
const PATTERN = [1, 1, 2, 1, 0, 1, 2, 1, 1, 3, 1, 0, 1, 2, 1, 4] as const
const BUCKETS = 5

/** How many of the first of a row fall into each bucket: none of them, the first, the first two … all. */
const FIRST = Array.from({ length: PATTERN.length + 1 }, (_, count) =>
  Array.from(
    { length: BUCKETS },
    (_, bucket) => PATTERN.slice(0, count).filter((more) => more === bucket).length,
  ),
)
const ALL = FIRST[PATTERN.length] as readonly number[]

/**
 * How long some of many things took that are numbered from 0.
 *
 * @param usualUs what most of them take, 2 at least
 * @param first number of the first of them
 * @param end number of the first that is not one of them any more
 */
export const spreadTimes = (usualUs: number, first: number, end: number): Histogram | undefined => {
  if (end <= first) return undefined
  // numbers may begin below 0: what was asked before the story began
  const [rowsBefore, rows] = [Math.floor(first / PATTERN.length), Math.floor(end / PATTERN.length)]
  const before = FIRST[first - rowsBefore * PATTERN.length] as readonly number[]
  const after = FIRST[end - rows * PATTERN.length] as readonly number[]
  const counts = ALL.map(
    (all, bucket) => (rows - rowsBefore) * all + (after[bucket] ?? 0) - (before[bucket] ?? 0),
  )
  return { from: bucketOf(usualUs) - 1, counts }
}
