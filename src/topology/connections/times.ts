import type { Times } from '../../api/types.ts'
import { type Histogram, histogramTotal, quantileUs } from '../../report/histogram.ts'

/** What is told of a histogram: how many, and which time half of them, and 19 of 20, did not exceed. */
export const timesOf = (histogram: Histogram): Times => ({
  count: histogramTotal(histogram),
  p50Us: quantileUs(histogram, 0.5),
  p95Us: quantileUs(histogram, 0.95),
})
