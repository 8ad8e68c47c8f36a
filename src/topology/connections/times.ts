import type { Times } from '../../api/types.ts'
import { type Histogram, histogramTotal, quantileUs } from '../../report/histogram.ts'

/** Summarises a histogram: the number of values, the median and the 95th percentile, in µs. */
export const timesOf = (histogram: Histogram): Times => ({
  count: histogramTotal(histogram),
  p50Us: quantileUs(histogram, 0.5),
  p95Us: quantileUs(histogram, 0.95),
})
