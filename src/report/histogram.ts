import * as z from 'zod'

/** Number of buckets. The last one starts at 2^41 µs (about 25 days) and is open-ended. */
export const HISTOGRAM_BUCKETS = 42

export const histogramSchema = z
  .strictObject({
    /** Bucket index of `counts[0]`; leading empty buckets are left out. */
    from: z
      .int()
      .min(0)
      .max(HISTOGRAM_BUCKETS - 1),
    /**
     * `counts[i]` is the number of values in bucket `from + i`: at least 2^(from + i) µs and less than twice that.
     * Bucket 0 starts at 0.
     */
    counts: z
      .array(z.int().min(0))
      .max(HISTOGRAM_BUCKETS)
      .refine((counts) => counts.some((count) => count > 0), 'something that was counted')
      .readonly(),
  })
  .readonly()
  .refine(({ from, counts }) => from + counts.length <= HISTOGRAM_BUCKETS, {
    message: `no bucket above ${HISTOGRAM_BUCKETS - 1}`,
    path: ['counts'],
  })

/**
 * A log2 histogram of durations in microseconds. Counts are running totals: the histogram of a sum is the
 * bucket-by-bucket sum of the histograms of its parts.
 *
 * @example `{from: 14, counts: [2, 40, 3]}`: 2 took 16 to 33 ms, 40 took 33 to 66 ms, 3 took 66 to 131 ms
 */
export type Histogram = z.infer<typeof histogramSchema>

/** Index of the bucket that a duration in µs falls into. */
export const bucketOf = (us: number): number =>
  us < 2 ? 0 : Math.min(HISTOGRAM_BUCKETS - 1, Math.floor(Math.log2(us)))

/**
 * Builds a histogram from one count per bucket, leaving out empty buckets at both ends.
 *
 * @param counts `counts[i]` is the count of bucket `i`
 * @returns undefined when all counts are 0
 */
export const histogramOfBuckets = (counts: readonly number[]): Histogram | undefined => {
  const from = counts.findIndex((count) => count > 0)
  if (from < 0) return undefined
  return { from, counts: counts.slice(from, counts.findLastIndex((count) => count > 0) + 1) }
}

/** The count of one bucket, by its absolute index; 0 outside the stored range. */
export const countInBucket = ({ from, counts }: Histogram, bucket: number): number =>
  counts[bucket - from] ?? 0

/** Sum of all counts. */
export const histogramTotal = ({ counts }: Histogram): number => {
  let total = 0
  for (const count of counts) total += count
  return total
}

/** Adds two histograms; undefined stands for an empty one. */
export const addHistograms = (a: Histogram | undefined, b: Histogram | undefined): Histogram | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  const [low, high] = a.from <= b.from ? [a, b] : [b, a]
  // Written as plain loops for speed: rendering a view adds up tens of thousands of histograms.
  const counts = low.counts.slice()
  let bucket = high.from - low.from
  while (counts.length < bucket) counts.push(0)
  for (const count of high.counts) {
    counts[bucket] = (counts[bucket] ?? 0) + count
    bucket += 1
  }
  return { from: low.from, counts }
}

/** Adds up the histograms of several; undefined stands for an empty one. */
export const sumHistograms = <One>(
  all: readonly One[],
  histogramOf: (one: One) => Histogram | undefined,
): Histogram | undefined => {
  let [from, end] = [HISTOGRAM_BUCKETS, 0]
  for (const one of all) {
    const histogram = histogramOf(one)
    if (histogram === undefined) continue
    from = Math.min(from, histogram.from)
    end = Math.max(end, histogram.from + histogram.counts.length)
  }
  if (end === 0) return undefined
  const counts = new Array<number>(end - from).fill(0)
  for (const one of all) {
    const histogram = histogramOf(one)
    if (histogram === undefined) continue
    let bucket = histogram.from - from
    for (const count of histogram.counts) {
      counts[bucket] = (counts[bucket] ?? 0) + count
      bucket += 1
    }
  }
  return { from, counts }
}

/** Subtracts `b` from `a` bucket by bucket, never below 0; undefined stands for an empty histogram. */
export const withoutHistogram = (
  a: Histogram | undefined,
  b: Histogram | undefined,
): Histogram | undefined => {
  if (a === undefined || b === undefined) return a
  const { from } = a
  const rest = a.counts.map((count, i) => Math.max(0, count - countInBucket(b, from + i)))
  return histogramOfBuckets([...Array.from({ length: from }, () => 0), ...rest])
}

/** True when two histograms have the same counts. */
export const sameHistogram = (a: Histogram | undefined, b: Histogram | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.from === b.from &&
    a.counts.length === b.counts.length &&
    a.counts.every((count, i) => count === b.counts[i]))

/** Buckets double in width, so an interpolated quantile is never precise to more than two digits. */
const twoDigits = (us: number): number => Number(us.toPrecision(2))

/**
 * Estimates a quantile in µs. Values are assumed to be spread evenly within a bucket, so the estimate is off by less
 * than a factor of two.
 *
 * @param share the quantile from 0 to 1, such as 0.95 for p95
 */
export const quantileUs = (histogram: Histogram, share: number): number => {
  const { from, counts } = histogram
  const rank = share * histogramTotal(histogram)
  let below = 0
  for (const [i, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const [start, end] = [from + i === 0 ? 0 : 2 ** (from + i), 2 ** (from + i + 1)]
      return twoDigits(start + ((end - start) * Math.max(0, rank - below)) / count)
    }
    below += count
  }
  return twoDigits(2 ** (from + counts.length))
}
