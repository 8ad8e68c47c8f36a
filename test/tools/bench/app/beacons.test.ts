import { describe, expect, it } from 'vitest'
import { metrics } from '../../../../src/report/facts.ts'
import type { ViewFrame } from '../../../../src/view-stream/frame.ts'
import { beaconsIn, createBeacons, frameLatencies } from '../../../../tools/bench/app/beacons.ts'
import { createWorld } from '../../../../tools/bench/app/world.ts'

const world = createWorld(2, { intervalMs: 1000, historyMs: 5000, startedAtMs: 0 })
const [host] = world.hosts
if (host === undefined) throw new Error('there is no host')
const FIRST = 2 ** 40

const memories = (collected: ReturnType<typeof host.collect>): number[] =>
  collected.contributions
    .flatMap(({ metrics: all }) => all)
    .filter(({ id }) => id === metrics.containerMemory)
    .map(({ samples }) => samples.at(-1)?.[1] ?? 0)

describe('beacons', () => {
  it('are a new number in each report, in one container of the host', () => {
    const mark = createBeacons(7, 100)
    for (const beacon of [FIRST + 7, FIRST + 107, FIRST + 207]) {
      const marked = mark(host.collect(3_600_000))
      expect(marked.beacon).toBe(beacon)
      const [first, ...others] = memories(marked.collected)
      expect(first).toBe(beacon)
      expect(Math.max(...others)).toBeLessThan(FIRST)
    }
  })

  it('are not there without samples', () => {
    const mark = createBeacons(0, 1)
    expect(mark(host.collect(3_600_000, 3_600_001)).beacon).toBeUndefined()
    expect(mark(host.collect(3_600_000)).beacon).toBe(FIRST)
  })

  it('are found in new nodes and in numbers that moved', () => {
    const frame = {
      ...{ seq: 2, base: 1 },
      nodes: { set: [[0, {}, [1, FIRST + 1, null]]] },
      numbers: {
        nodes: [
          [1, 3, FIRST + 2, 4, 12],
          [2, 0, null],
        ],
        edges: [[0, 2, FIRST + 3]],
      },
    } as unknown as ViewFrame
    expect(beaconsIn(frame)).toEqual([FIRST + 1, FIRST + 2])
    expect(beaconsIn({ seq: 3, base: 3 })).toEqual([])
  })
})

describe('the time from a report to a frame', () => {
  it('is that of reports which were sent while it was measured, and tells how many no frame carried', () => {
    const sent = new Map([
      [1, 50],
      [2, 100],
      [3, 150],
      [4, 200],
      [5, 250],
    ])
    const seen = new Map([
      [1, 60],
      [2, 130],
      [4, 210],
      [5, 260],
    ])
    expect(frameLatencies(sent, seen, 100, 200)).toEqual({ latenciesMs: [30, 10], lost: 1 })
  })
})
