import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addHistograms,
  bucketOf,
  HISTOGRAM_BUCKETS,
  type Histogram,
  histogramOfBuckets,
  histogramSchema,
  histogramTotal,
  quantileUs,
  withoutHistogram,
} from '../../src/report/histogram.ts'

const dayUs = 24 * 3_600e6

describe('the bucket of a time', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3.9, 1],
    [4, 2],
    [1023, 9],
    [1024, 10],
    [1e6, 19],
    [60e6, 25],
    [25 * dayUs, 40],
    [26 * dayUs, 41],
    [1000 * dayUs, 41],
    [Number.MAX_SAFE_INTEGER, 41],
  ])('%d µs: %d', (us, bucket) => {
    expect(bucketOf(us)).toBe(bucket)
  })
})

const times = fc.array(fc.oneof(fc.nat(10), fc.nat(5_000_000), fc.nat(2 ** 31)), { maxLength: 40 })

const histogramOf = (all: readonly number[]): Histogram | undefined => {
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0)
  for (const us of all) {
    const bucket = bucketOf(us)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return histogramOfBuckets(counts)
}

describe('a histogram', () => {
  it('of several together is the sum of theirs, whatever the order', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const sum = addHistograms(histogramOf(a), histogramOf(b))
        expect(sum).toEqual(histogramOf([...a, ...b]))
        expect(addHistograms(histogramOf(b), histogramOf(a))).toEqual(sum)
      }),
    )
  })

  it('without a part is the other part, and never less than nothing', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(withoutHistogram(histogramOf([...a, ...b]), histogramOf(b))).toEqual(histogramOf(a))
        expect(withoutHistogram(histogramOf(a), histogramOf([...a, ...b]))).toBeUndefined()
      }),
    )
  })

  it('tells a quantile to a factor of two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 4, max: 2 ** 31 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 0.95),
        (all, share) => {
          const sorted = all.toSorted((a, b) => a - b)
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
          const histogram = histogramOf(all) as Histogram
          const told = quantileUs(histogram, share)
          // two digits are told of it
          expect(told).toBeGreaterThan((exact / 2) * 0.94)
          expect(told).toBeLessThan(exact * 2 * 1.06)
        },
      ),
    )
  })

  it('is told without the empty buckets around it', () => {
    expect(histogramOf([20_000, 20_000, 70_000])).toEqual({ from: 14, counts: [2, 0, 1] })
    expect(histogramOf([])).toBeUndefined()
    expect(histogramTotal({ from: 14, counts: [2, 0, 1] })).toBe(3)
  })

  it.each([
    ['a bucket above the last', { from: 40, counts: [1, 1, 1] }],
    ['more buckets than there are', { from: 0, counts: Array.from({ length: 43 }, () => 1) }],
    ['a negative bucket', { from: -1, counts: [1] }],
    ['nothing counted', { from: 3, counts: [0, 0] }],
    ['no buckets', { from: 3, counts: [] }],
    ['half a connection', { from: 3, counts: [0.5] }],
    ['a negative count', { from: 3, counts: [4, -1] }],
    ['more than it may have', { from: 3, counts: [1], unit: 'ms' }],
  ])('is refused with %s', (_, value) => {
    expect(histogramSchema.safeParse(value).success).toBe(false)
  })
})
