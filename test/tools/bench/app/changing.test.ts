import { describe, expect, it } from 'vitest'
import { createResting } from '../../../../tools/bench/app/changing.ts'
import { createWorld } from '../../../../tools/bench/app/world.ts'

const world = createWorld(10, { intervalMs: 1000, historyMs: 5000, startedAtMs: 0 })
const START_MS = 3_600_000

/** The shares of metrics and of connections that are not the same after a while. */
const moved = (share: number) => {
  let [metrics, movedMetrics, records, movedRecords] = [0, 0, 0, 0]
  for (const host of world.hosts) {
    const rest = createResting(share)
    const [before, after] = [START_MS, START_MS + 60_000].map((tMs) => {
      const { contributions } = rest(host.collect(tMs, tMs - 1000))
      return {
        // these two of a process hardly move in the world
        metrics: contributions
          .flatMap((one) => one.metrics)
          .filter(({ id }) => !/threads|files/i.test(id))
          .map(({ samples }) => samples.map(([, value]) => value).join()),
        connections: contributions.flatMap(({ connections }) =>
          connections.map((one) => JSON.stringify(one)),
        ),
      }
    })
    metrics += before?.metrics.length ?? 0
    movedMetrics += before?.metrics.filter((one, n) => one !== after?.metrics[n]).length ?? 0
    records += before?.connections.length ?? 0
    movedRecords += before?.connections.filter((one, n) => one !== after?.connections[n]).length ?? 0
  }
  return { metrics: movedMetrics / metrics, connections: movedRecords / records }
}

describe('a share of what changes', () => {
  it.each([0, 0.01, 0.1, 0.5])('is that of metrics and connections: %d', (share) => {
    const found = moved(share)
    for (const one of [found.metrics, found.connections]) {
      expect(one).toBeGreaterThanOrEqual(share * 0.6)
      expect(one).toBeLessThanOrEqual(share * 1.4)
    }
  })

  it('leaves all as it is when all changes', () => {
    const [host] = world.hosts
    const collected = host?.collect(START_MS)
    if (collected === undefined) throw new Error('there is no host')
    expect(createResting(1)(collected)).toBe(collected)
    expect(moved(1)).toEqual({ metrics: expect.closeTo(1, 1), connections: 1 })
  })

  it('samples what rests', () => {
    const rest = createResting(0)
    const [host] = world.hosts
    const samples = (tMs: number) =>
      host &&
      rest(host.collect(tMs, tMs - 1000)).contributions.flatMap((one) => one.metrics.map((of) => of.samples))
    const [before, after] = [samples(START_MS), samples(START_MS + 7000)]
    expect(after).toEqual(before)
    expect(after?.every((some) => some.length > 0)).toBe(true)
  })
})
