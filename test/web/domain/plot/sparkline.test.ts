import { describe, expect, it } from 'vitest'
import {
  meanText,
  nearestPoint,
  newestMs,
  nextMoment,
  pointAt,
  rangeText,
  sparkArea,
  sparkPath,
  sparkPoints,
} from '../../../../web/domain/plot/sparkline.ts'

const second = (at: number) => new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString()

const metricOf = (samples: readonly (readonly [seconds: number, value: number, max?: number])[]) => ({
  id: 'cpu',
  label: 'CPU',
  format: 'percent' as const,
  priority: 1,
  value: samples.at(-1)?.[1] ?? 0,
  min: 0,
  max: 100,
  url: '',
  samples: samples.map(([at, value, max]) => ({
    date: second(at),
    value,
    ...(max === undefined ? {} : { max }),
  })),
})

describe('sparkPoints', () => {
  const metric = metricOf([
    [0, 0],
    [75, 10],
    [150, 2],
  ])

  it('places samples by time within the span, the newest at the right, and by value', () => {
    const points = sparkPoints(metric, '5m')
    expect(points.map(({ x }) => x)).toEqual([0.5, 0.75, 1])
    expect(points[0]?.y).toBe(1)
    expect(points[1]?.y).toBeCloseTo(1 - 1 / 1.1)
    expect(nearestPoint(points, 0.7)?.value).toBe(10)
    expect(sparkPath(points, 100, 10)).toMatch(/^M50\.0 10\.0L75\.0 0\.9L100\.0/)
    expect(sparkArea(points, 100, 10)).toBe('M50.0 10L50.0 10.0L75.0 0.9L100.0 8.2V10H50.0Z')
  })

  it('has room for the peaks that samples stand for', () => {
    const [, peak] = sparkPoints(
      metricOf([
        [0, 1],
        [30, 2, 20],
      ]),
      '1h',
    )
    expect(peak?.peakY).toBeCloseTo(1 - 1 / 1.1)
    expect(peak?.y).toBeCloseTo(1 - 0.1 / 1.1)
  })

  it('begins anew where nothing is known', () => {
    const points = sparkPoints(metricOf([0, 1, 2, 60, 61, 62].map((at) => [at, 1] as const)), '5m')
    expect(points.map(({ gap }) => gap)).toEqual([true, false, false, true, false, false])
    expect(sparkPath(points, 100, 10).match(/M/g)).toHaveLength(2)
    expect(sparkArea(points, 100, 10).match(/Z/g)).toHaveLength(2)
  })

  it('is empty without samples', () => {
    expect(sparkPoints({ ...metric, samples: null }, '5m')).toEqual([])
    expect(nearestPoint([], 0.5)).toBeUndefined()
    expect(sparkArea([], 100, 10)).toBe('')
  })
})

describe('a moment that several lines share', () => {
  const at = (seconds: number) => Date.parse(second(seconds))
  const steady = metricOf([0, 2, 4, 6, 8, 10].map((time) => [time, time * 10] as const))
  const early = metricOf([1, 3].map((time) => [time, time] as const))
  const end = newestMs([early, { ...early, samples: null }, steady])

  it('is at the same place of every line, although one ended before', () => {
    expect(end).toBe(at(10))
    expect(sparkPoints(early, '5m', end).at(-1)?.x).toBeCloseTo(1 - 7 / 300)
    expect(newestMs([{ ...early, samples: [] }])).toBeUndefined()
  })

  it('has the sample nearest in time, and none where the line has a gap or has ended', () => {
    const points = sparkPoints(early, '5m', end)
    expect(pointAt(points, at(2.1))?.value).toBe(3)
    expect(pointAt(points, at(8))?.value).toBe(3)
    expect(pointAt(points, at(12))).toBeUndefined()
    expect(pointAt([], at(2))).toBeUndefined()
  })

  it('goes from sample to sample of the longest line, and stays at its ends', () => {
    const lines = [sparkPoints(early, '5m', end), sparkPoints(steady, '5m', end)]
    expect(nextMoment(lines, undefined, -1)).toBe(at(10))
    expect(nextMoment(lines, at(10), -1)).toBe(at(8))
    expect(nextMoment(lines, at(8), 1)).toBe(at(10))
    expect(nextMoment(lines, at(10), 1)).toBe(at(10))
    expect(nextMoment(lines, at(0), -1)).toBe(at(0))
    expect(nextMoment([], undefined, 1)).toBeUndefined()
  })
})

describe('meanText', () => {
  it.each([
    [metricOf([]), ''],
    [metricOf([[0, 3]]), ''],
    [
      metricOf([
        [0, 3],
        [1, 5],
        [2, 10],
      ]),
      '6 % on average of 3 samples',
    ],
  ])('%#', (metric, expected) => expect(meanText(metric).replaceAll('\u202f', ' ')).toBe(expected))
})

describe('rangeText', () => {
  const text = (metric: Parameters<typeof rangeText>[0]) => rangeText(metric).replaceAll('\u202f', ' ')
  const memory = { format: 'filesize' as const }
  it.each([
    ['nothing known', metricOf([]), ''],
    ['one sample', metricOf([[0, 3]]), ''],
    [
      'from the smallest to the largest',
      metricOf([
        [0, 0.1],
        [1, 34],
        [2, 5],
      ]),
      '0.1 – 34 %',
    ],
    [
      'peaks count',
      metricOf([
        [0, 1, 50],
        [30, 2, 2],
      ]),
      '1 – 50 %',
    ],
    [
      'steady',
      metricOf([
        [0, 3],
        [1, 3],
      ]),
      '3 %',
    ],
    [
      'of a limit',
      {
        ...metricOf([
          [0, 4e6],
          [1, 5e6],
        ]),
        ...memory,
        max: 512e6,
      },
      '4 – 5 MB of 512 MB',
    ],
    [
      'other units',
      {
        ...metricOf([
          [0, 900e3],
          [1, 5e6],
        ]),
        ...memory,
        max: 5e6,
      },
      '900 kB – 5 MB',
    ],
  ])('%s', (_, metric, expected) => expect(text(metric)).toBe(expected))
})
