import { describe, expect, it } from 'vitest'
import type { ViewFrame } from '../../../../src/view-stream/frame.ts'
import { beaconsIn, createBeacons, frameLatencies } from '../../../../tools/bench/app/beacons.ts'

const FIRST = 2 ** 40

describe('beacons', () => {
  it('are a new number in each report of each host', () => {
    const [one, other] = [createBeacons(0, 2), createBeacons(1, 2)]
    expect([one(), other(), one(), other()]).toEqual([FIRST, FIRST + 1, FIRST + 2, FIRST + 3])
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
