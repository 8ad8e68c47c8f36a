import { expect, it } from 'vitest'
import type { Found } from '../../../../tools/bench/app/measure.ts'
import { idleLoad, standardLoads } from '../../../../tools/bench/app/plan.ts'
import { ratios, ratioTable } from '../../../../tools/bench/app/ratios.ts'

const none = { firstByteMs: [], wholeMs: [], notFound: 0, cut: 0 }

const found = (
  load: Partial<Found['load']>,
  cpuPercent: number,
  pssMb: number,
  containers?: number,
): Found => ({
  load: { hosts: 200, intervalS: 3, share: 1, views: ['containers', 'hosts'], ...load },
  ...{ durationS: 60, cpuPercent, rssMb: { max: 0, end: 0 }, pssMb: { max: 999, end: pssMb } },
  ...{ processes: none, details: none, grouped: none, frames: { latenciesMs: [], lost: 0 } },
  ...{ posts: { answers: {}, failed: 0 }, kilobytesPerSecond: 0, counts: [] },
  plainKilobytesPerSecond: new Map(containers === undefined ? [] : [['containers', containers]]),
  ...{ besidePercent: { hosts: 0, reader: 0 }, loadAverage: 0 },
})

const on = (count: number): readonly string[] => Array<string>(count).fill('containers')

it('compares each load with the smallest from which it differs in one thing', () => {
  const all = [
    found({ share: 1 }, 40, 300, 500),
    found({ share: 0.01 }, 5, 200, 10),
    found({ share: 0.1 }, 10, 220, 60),
    found({ views: on(1) }, 20, 250, 500),
    found({ views: on(100) }, 45, 275, 500),
    found({ hosts: 1000 }, 100, 1500, 2500),
    found({ hosts: 15, intervalS: 1 }, 7, 80, 90),
  ]
  expect(ratios(all)).toEqual([
    { what: '200 hosts: 10 % changing against 1 %', cpu: 2, memory: 1.1, bytes: 6 },
    { what: '200 hosts: 100 % changing against 1 %', cpu: 8, memory: 1.5, bytes: 50 },
    {
      what: '200 hosts: 100 sockets on containers against 1',
      ...{ cpu: 2.25, memory: 1.1, bytes: 1, mostCpu: 2 },
    },
    { what: '1000 hosts against 200, for each host', cpu: 0.5, memory: 1, bytes: 1 },
  ])
})

it('tells them in a table, with what they should be at most', () => {
  const [line] = ratioTable(
    ratios([found({ views: on(1) }, 20, 100), found({ views: on(100) }, 38, 100)]),
  ).slice(2)
  expect(line).toBe('| 200 hosts: 100 sockets on containers against 1 | × 1.90 (≤ 2 ✓) | × 1.00 | – |')
  expect(ratioTable([])).toEqual([])
})

it('has something to compare for each question of the standard loads', () => {
  const all = standardLoads.map((load) => found(load, 10, 100, 10))
  expect(ratios(all).map(({ what }) => what)).toEqual([
    '200 hosts: 10 % changing against 1 %',
    '200 hosts: 100 % changing against 1 %',
    '200 hosts: 100 sockets on containers against 1',
    '1000 hosts against 200, for each host',
  ])
  // The target for a calm second is that of 300 containers.
  expect(standardLoads).toContainEqual({ hosts: 15, intervalS: 1, share: 1, views: expect.any(Array) })
  expect(idleLoad).toMatchObject({ share: 0, views: [] })
})
