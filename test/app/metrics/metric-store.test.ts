import { describe, expect, it } from 'vitest'
import { MetricStore } from '../../../src/app/metrics/metric-store.ts'
import { AllSeries, HISTORY_MS } from '../../../src/app/metrics/series.ts'
import { held, processNode, report } from '../../support/reports/reports.ts'

/** One of several, so that whatever is done to the others shows. */
const newSeries = () => {
  const all = new AllSeries()
  const [before, series, after] = [all.begin(), all.begin(), all.begin()]
  if (before === undefined || series === undefined || after === undefined)
    throw new Error('there is no bound')
  return {
    add: (atMs: number, value: number) => all.add(series, atMs, value),
    samples: () => all.samples(series),
    thinned: () => all.thinned(series),
    get sizeBytes() {
      return all.sizeBytes(series)
    },
  }
}

describe('Series', () => {
  it('keeps the last five minutes of a sample a second', () => {
    const series = newSeries()
    for (let second = 0; second < 1000; second += 1) series.add(second * 1000, second)
    const values = series.samples().map(({ value }) => value)
    expect(values).toEqual(Array.from({ length: HISTORY_MS / 1000 }, (_, index) => 700 + index))
  })

  it('keeps the order while it grows and wraps', () => {
    const series = newSeries()
    for (let index = 0; index < 5000; index += 1) series.add(index * 700, index)
    const times = series.samples().map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBe(4999 * 700)
    expect(times[0]).toBeGreaterThan(4999 * 700 - HISTORY_MS)
    expect(times.length).toBe(Math.floor(HISTORY_MS / 700) + 1)
  })

  it('takes a sample once, and none from the past', () => {
    const series = newSeries()
    for (const atMs of [1000, 1000, 1000.4, 2000, 1500, 2000]) series.add(atMs, atMs)
    expect(series.samples().map(({ atMs }) => atMs)).toEqual([1000, 2000])
  })

  it('keeps the last hour as one sample for every half minute, with mean and peak', () => {
    const series = newSeries()
    for (let second = 0; second < 2 * 3600; second += 1) series.add(second * 1000, second % 30)
    const thinned = series.thinned()
    expect(thinned.length).toBe(120)
    expect(thinned.at(-1)).toEqual({ atMs: 7_199_000, value: 14.5, max: 29 })
    expect(thinned[0]?.atMs).toBe(7_199_000 - 119 * 30_000)
  })

  it('tells the half minute that goes on', () => {
    const series = newSeries()
    for (const [atMs, value] of [
      [0, 1],
      [1000, 3],
      [30_000, 7],
    ] as const)
      series.add(atMs, value)
    expect(series.thinned()).toEqual([
      { atMs: 1000, value: 2, max: 3 },
      { atMs: 30_000, value: 7, max: 7 },
    ])
    expect(newSeries().thinned()).toEqual([])
  })

  it('goes on after more weeks than 32 bits of milliseconds, and after a silence', () => {
    const series = newSeries()
    const weeksMs = 8 * 7 * 86_400_000
    series.add(0, 1)
    for (let second = 0; second < 400; second += 1) series.add(weeksMs + second * 1000, second)
    expect(series.samples()[0]).toEqual({ atMs: weeksMs + 100_000, value: 100 })
    expect(series.samples()).toHaveLength(300)
  })

  it('keeps seven digits of a value', () => {
    const series = newSeries()
    series.add(0, 12.34)
    series.add(1000, 123_456_789_012)
    expect(series.samples().map(({ value }) => value)).toEqual([12.34, 123_456_800_000])
  })

  it('says what it takes', () => {
    const series = newSeries()
    for (let second = 0; second < 3600; second += 1) series.add(second * 1000, second)
    // A block of 16 samples more than are kept: when it fills, the oldest is over.
    expect(series.sizeBytes).toBe(250 + 320 * 8 + 128 * 12)
  })

  it('holds no more than its bound, however fast samples come', () => {
    const series = newSeries()
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

  it.each([-4000, 4000])(
    'dates them anew where the start is reckoned %s ms otherwise, and misses none',
    (by) => {
      const store = new MetricStore()
      const first = at(10_000, [
        [1000, 1],
        [0, 2],
      ])
      store.record(first, 15_000)
      const second = at(11_000, [
        [1000, 2],
        [0, 3],
      ])
      const startedAtMs = first.startedAtMs + by
      store.record({ ...second, startedAtMs }, 15_000, { before: first })
      expect(store.samples('alpha;1', 'cpu')).toEqual([
        { atMs: startedAtMs + 9000, value: 1 },
        { atMs: startedAtMs + 10_000, value: 2 },
        { atMs: startedAtMs + 11_000, value: 3 },
      ])
      expect(store.samples('alpha;1', 'cpu', '1h').at(-1)).toEqual({
        ...{ atMs: startedAtMs + 11_000, max: 3 },
        value: expect.any(Number),
      })
    },
  )

  it('forgets a node once its probe has been silent for long', () => {
    const store = new MetricStore({ series: 10, sizeBytes: 100_000, graceMs: 5000 })
    store.record(at(10_000, [[0, 1]]), 15_000)
    store.sweep(1_010_000 + 19_999)
    expect(store.size).toBe(1)
    store.sweep(1_010_000 + 20_000)
    expect(store.size).toBe(0)
    expect(store.samples('alpha;1', 'cpu')).toEqual([])
    expect(store.usedBytes).toBe(0)
  })

  it.each([1, 3])('forgets no others with %s of four nodes, nor mixes up what comes then', (silent) => {
    const store = new MetricStore()
    const tell = (pids: readonly number[], uptimeMs: number) =>
      store.record(
        held(
          report({
            uptimeMs,
            nodes: pids.map((pid) => processNode('alpha', pid)),
            metrics: pids.flatMap((pid) =>
              ['cpu', `own-${pid}`].map((id) => ({
                ...{ node: `alpha;${pid}`, id },
                samples: [[0, pid]] as [number, number][],
              })),
            ),
          }),
          { startedAtMs: 1_000_000, arrivedAtMs: 1_000_000 + uptimeMs },
        ),
        0,
      )
    const valuesOf = (pid: number) =>
      ['cpu', `own-${pid}`].map((id) => store.samples(`alpha;${pid}`, id).map(({ value }) => value))
    tell([1, 2, 3, 4], 10_000)
    const lasting = [1, 2, 3, 4].slice(silent)
    tell(lasting, 30_000)
    store.sweep(1_030_000)
    expect(store.size).toBe(2 * lasting.length)
    for (const pid of [1, 2, 3, 4])
      expect(valuesOf(pid)).toEqual(pid > silent ? Array(2).fill([pid, pid]) : [[], []])
    tell([5, 6, 7, 8], 31_000)
    for (const pid of lasting) expect(valuesOf(pid)).toEqual(Array(2).fill([pid, pid]))
    for (const pid of [5, 6, 7, 8]) expect(valuesOf(pid)).toEqual(Array(2).fill([pid]))
    store.sweep(2_000_000)
    expect([store.size, store.usedBytes]).toEqual([0, 0])
  })

  it('tells of the last hour, thinned', () => {
    const store = new MetricStore()
    for (let second = 1; second <= 600; second += 1) store.record(at(second * 1000, [[0, second]]), 15_000)
    expect(store.samples('alpha;1', 'cpu', '1h')).toHaveLength(21)
    expect(store.samples('alpha;1', 'cpu')).toHaveLength(300)
  })

  it('keeps to its memory, over all nodes: histories grow no longer, newcomers are not kept', () => {
    const sizeBytes = 5000
    const store = new MetricStore({ series: 100, sizeBytes, graceMs: 0 })
    for (let second = 1; second <= 300; second += 1) {
      for (const node of ['alpha;1', 'alpha;2']) store.record(at(second * 1000, [[0, second]], node), 15_000)
      expect(store.usedBytes).toBeLessThanOrEqual(sizeBytes)
    }
    for (let node = 3; node < 30; node += 1) store.record(at(301_000, [[0, 1]], `alpha;${node}`), 15_000)
    expect(store.usedBytes).toBeLessThanOrEqual(sizeBytes)
    expect(store.size).toBeLessThan(10)
    const values = store.samples('alpha;1', 'cpu').map(({ value }) => value)
    expect(values.at(-1)).toBe(300)
    expect(values.length).toBeGreaterThanOrEqual(16)
    expect(values.length).toBeLessThan(300)
  })

  it('keeps to its bound', () => {
    const store = new MetricStore({ series: 1, sizeBytes: 100_000, graceMs: 0 })
    store.record(at(10_000, [[0, 1]], 'alpha;1'), 15_000)
    store.record(at(10_000, [[0, 1]], 'alpha;2'), 15_000)
    expect(store.size).toBe(1)
    expect(store.samples('alpha;1', 'cpu')).toHaveLength(1)
  })
})
