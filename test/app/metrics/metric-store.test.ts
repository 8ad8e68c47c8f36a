import { describe, expect, it } from 'vitest'
import { MetricStore } from '../../../src/app/metrics/metric-store.ts'
import { HISTORY_MS, Series } from '../../../src/app/metrics/series.ts'
import { held, processNode, report } from '../../support/reports.ts'

describe('Series', () => {
  it('keeps the last five minutes of a sample a second', () => {
    const series = new Series()
    for (let second = 0; second < 1000; second += 1) series.add(second * 1000, second)
    const values = series.samples().map(({ value }) => value)
    expect(values).toEqual(Array.from({ length: HISTORY_MS / 1000 }, (_, index) => 700 + index))
  })

  it('keeps the order while it grows and wraps', () => {
    const series = new Series()
    for (let index = 0; index < 5000; index += 1) series.add(index * 700, index)
    const times = series.samples().map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBe(4999 * 700)
    expect(times[0]).toBeGreaterThan(4999 * 700 - HISTORY_MS)
    expect(times.length).toBe(Math.floor(HISTORY_MS / 700) + 1)
  })

  it('takes a sample once, and none from the past', () => {
    const series = new Series()
    for (const atMs of [1000, 1000, 1000.4, 2000, 1500, 2000]) series.add(atMs, atMs)
    expect(series.samples().map(({ atMs }) => atMs)).toEqual([1000, 2000])
  })

  it('holds no more than its bound, however fast samples come', () => {
    const series = new Series()
    for (let index = 0; index < 100_000; index += 1) series.add(index * 50, index)
    expect(series.samples().length).toBeLessThanOrEqual(600)
  })
})

describe('MetricStore', () => {
  const at = (uptimeMs: number, samples: [number, number][], node = 'alpha;1') =>
    held(
      report({
        uptimeMs,
        nodes: [processNode('alpha', 1), processNode('alpha', 2)],
        metrics: [{ node, id: 'cpu', samples }],
      }),
      { startedAtMs: 1_000_000 },
    )

  it('dates samples by the start of the epoch, and takes repeated ones once', () => {
    const store = new MetricStore()
    store.record(
      at(10_000, [
        [1000, 1],
        [0, 2],
      ]),
      15_000,
    )
    store.record(
      at(11_000, [
        [2000, 1],
        [1000, 2],
        [0, 3],
      ]),
      15_000,
    )
    expect(store.samples('alpha;1', 'cpu')).toEqual([
      { atMs: 1_009_000, value: 1 },
      { atMs: 1_010_000, value: 2 },
      { atMs: 1_011_000, value: 3 },
    ])
    expect(store.samples('alpha;1', 'memory')).toEqual([])
    expect(store.samples('alpha;3', 'cpu')).toEqual([])
  })

  it('forgets a node once its probe has been silent for long', () => {
    const store = new MetricStore({ series: 10, graceMs: 5000 })
    store.record(at(10_000, [[0, 1]]), 15_000)
    store.sweep(1_010_000 + 19_999)
    expect(store.size).toBe(1)
    store.sweep(1_010_000 + 20_000)
    expect(store.size).toBe(0)
    expect(store.samples('alpha;1', 'cpu')).toEqual([])
  })

  it('keeps to its bound', () => {
    const store = new MetricStore({ series: 1, graceMs: 0 })
    store.record(at(10_000, [[0, 1]], 'alpha;1'), 15_000)
    store.record(at(10_000, [[0, 1]], 'alpha;2'), 15_000)
    expect(store.size).toBe(1)
    expect(store.samples('alpha;1', 'cpu')).toHaveLength(1)
  })
})
