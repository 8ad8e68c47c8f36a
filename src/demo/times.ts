import { bucketOf, HISTOGRAM_BUCKETS, type Histogram, histogramOfBuckets } from '../report/histogram.ts'

/**
 * By how much each of sixteen in a row takes longer than usual, in powers of two. A fixed order, so that any number of them has
 * one histogram, and more of them never a smaller one.
 */
const PATTERN = [0, 0, 1, 0, -1, 0, 1, 0, 0, 2, 0, -1, 0, 1, 0, 3] as const

/**
 * How long some of many things took that are numbered from 0.
 *
 * @param usualUs what most of them take
 * @param first number of the first of them
 * @param end number of the first that is not one of them any more
 */
export const spreadTimes = (usualUs: number, first: number, end: number): Histogram | undefined => {
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0)
  const usual = bucketOf(usualUs)
  for (const [i, more] of PATTERN.entries()) {
    const bucket = Math.max(0, Math.min(HISTOGRAM_BUCKETS - 1, usual + more))
    counts[bucket] = (counts[bucket] ?? 0) + alike(end, i) - alike(first, i)
  }
  return histogramOfBuckets(counts)
}

/** How many of the numbers below a bound have this place in the pattern. */
const alike = (bound: number, place: number): number => Math.floor((bound - place - 1) / PATTERN.length) + 1
