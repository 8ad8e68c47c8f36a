import { expect, test } from 'vitest'
import { describe } from '../../../../tools/bench/web/results.ts'
import type { Threads } from '../../../../tools/bench/web/trace.ts'
import type { Visit } from '../../../../tools/bench/web/visit.ts'

const threads = (more: Partial<Threads> = {}): Threads => ({
  ...{ lengthMs: 5000, mainMedianMs: 1, mainP95Ms: 2, mainShare: 0.1, workerShare: 0.1, blocks: 0 },
  ...{ longestTaskMs: 10, framesPerSecond: 60, dropped: 0, toDrawnMs: 20 },
  ...more,
})

const visit: Visit = {
  ...{
    firstMapMs: 1000,
    settlingMs: 500,
    loading: { mainMs: 200, workersMs: 900, longestTaskMs: 40 },
    heapMb: 20,
  },
  phases: {
    idle: threads({ blocks: 1, longestTaskMs: 61 }),
    panning: threads({ framesPerSecond: 54, dropped: 0.1, blocks: 1 }),
    zooming: threads(),
  },
  empty: threads({ framesPerSecond: 54.5, dropped: 0.09 }),
}

const line = (name: string) =>
  describe(2000, [visit], undefined).find((one) => one.trim().startsWith(name)) ?? ''

test('blocks are those of all phases, and the longest is the longest of any', () => {
  expect(line('blocks over 50 ms of CPU')).toMatch(/ 2 {2}at most 0: ✗$/)
  expect(line('longest block, CPU, ms')).toMatch(/ 61\.0$/)
})

test('frames are judged beside those of an empty canvas', () => {
  expect(line('panning: frames for each of an empty canvas')).toMatch(/ 0\.991 {2}at least 0\.98: ✓$/)
  expect(line('panning an empty canvas')).toMatch(/ 9\.0$/)
})
