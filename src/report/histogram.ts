import * as z from 'zod'

/** Buckets of a histogram: the last begins at 2^41 µs, 25 days, and has no end. */
export const HISTOGRAM_BUCKETS = 42

export const histogramSchema = z
  .strictObject({
    /** Index of the first bucket told of. */
    from: z
      .int()
      .min(0)
      .max(HISTOGRAM_BUCKETS - 1),
    /** `counts[i]` = how many took 2^(from + i) µs or more, and less than twice that; bucket 0 begins at nothing. */
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
 * How long something took, how often: a log2 histogram in microseconds. Counts are running totals, so that histograms add up
 * bucket by bucket, and the one of a sum is the sum of those of its parts.
 *
 * @example `{from: 14, counts: [2, 40, 3]}`: 2 took 16 to 33 ms, 40 took 33 to 66 ms, 3 took 66 to 131 ms
 */
export type Histogram = z.infer<typeof histogramSchema>

/** The bucket that a time in µs falls into. */
export const bucketOf = (us: number): number =>
  us < 2 ? 0 : Math.min(HISTOGRAM_BUCKETS - 1, Math.floor(Math.log2(us)))

/**
 * The histogram of counts by bucket.
 *
 * @param counts `counts[i]` of bucket `i`
 * @returns undefined when there are none
 */
export const histogramOfBuckets = (counts: readonly number[]): Histogram | undefined => {
  const from = counts.findIndex((count) => count > 0)
  if (from < 0) return undefined
  return { from, counts: counts.slice(from, counts.findLastIndex((count) => count > 0) + 1) }
}

/** How many fell into a bucket. */
export const countInBucket = ({ from, counts }: Histogram, bucket: number): number =>
  counts[bucket - from] ?? 0

/** How many there are in all. */
export const histogramTotal = ({ counts }: Histogram): number => {
  let total = 0
  for (const count of counts) total += count
  return total
}

/** The sum of two histograms; undefined stands for one with nothing in it. */
export const addHistograms = (a: Histogram | undefined, b: Histogram | undefined): Histogram | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  const [low, high] = a.from <= b.from ? [a, b] : [b, a]
  // a view adds up tens of thousands of them
  const counts = low.counts.slice()
  let bucket = high.from - low.from
  while (counts.length < bucket) counts.push(0)
  for (const count of high.counts) {
    counts[bucket] = (counts[bucket] ?? 0) + count
    bucket += 1
  }
  return { from: low.from, counts }
}

/** What is left of a histogram without another, never less than nothing. */
export const withoutHistogram = (
  a: Histogram | undefined,
  b: Histogram | undefined,
): Histogram | undefined => {
  if (a === undefined || b === undefined) return a
  const { from } = a
  const rest = a.counts.map((count, i) => Math.max(0, count - countInBucket(b, from + i)))
  return histogramOfBuckets([...Array.from({ length: from }, () => 0), ...rest])
}

/** Whether two histograms say the same. */
export const sameHistogram = (a: Histogram | undefined, b: Histogram | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.from === b.from &&
    a.counts.length === b.counts.length &&
    a.counts.every((count, i) => count === b.counts[i]))

/** Of a histogram no more than two digits are true. */
const twoDigits = (us: number): number => Number(us.toPrecision(2))

/**
 * The time in µs that a share of all did not exceed. Within a bucket all times are taken to be as frequent, so that it is off
 * by less than a factor of two.
 *
 * @param share 0.95 for p95
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
