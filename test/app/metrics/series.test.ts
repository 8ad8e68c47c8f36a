import { expect, it } from 'vitest'
import { AllSeries, THINNED_MS } from '../../../src/app/metrics/series.ts'

const HALF_MINUTE = 60_000_000 * THINNED_MS

it('thins samples that lie around a half minute into two, also when they are dated otherwise as they come', () => {
  const series = new AllSeries()
  const one = series.begin() ?? Number.NaN
  // Reports that come sooner after each other than the probe's clock tells: what came before was earlier than it seemed.
  const atMs = HALF_MINUTE + 500
  series.add(one, atMs - 1000, 0)
  series.add(one, atMs, 1)
  series.redate(one, -995)
  series.add(one, atMs + 5, 2)
  series.redate(one, -995)
  series.add(one, atMs + 10, 3)
  expect(series.samples(one).map(({ value }) => value)).toEqual([0, 1, 2, 3])
  expect(series.thinned(one).map(({ value, max }) => [value, max])).toEqual([
    [0, 0],
    [2, 3],
  ])
})

it('begins another when the last sample turns out to be from long before', () => {
  const series = new AllSeries()
  const one = series.begin() ?? Number.NaN
  series.add(one, HALF_MINUTE, 1)
  series.redate(one, -2 * THINNED_MS)
  series.add(one, HALF_MINUTE + 1000, 3)
  expect(series.thinned(one).map(({ value }) => value)).toEqual([1, 3])
})
