import { describe, expect, it } from 'vitest'
import { type WalkPace, waitForWalkMs } from '../../../../src/probe/connections/sources/ebpf/walk-pace.ts'

const pace: WalkPace = { everyMs: [1000, 3000], budget: 0.001 }

describe('the wait until the next walk', () => {
  it.each([
    ['is the shortest after one that cost little', 0.5, 1e9, 1000],
    ['keeps to the budget', 2, 1e9, 2000],
    ['is never longer than the longest', 50, 1e9, 3000],
    ['is the longest after one that found nothing moving', 0.5, 0, 3000],
    ['is the longest after one that found what Scope moves itself', 0.5, 30_000, 3000],
    ['is short again as soon as something moves', 0.5, 1_000_000, 1000],
    ['goes by the cost alone where nothing is known to move or not', 0.5, undefined, 1000],
  ])('%s', (_, tookMs, movedBytes, expected) => {
    expect(waitForWalkMs(pace, tookMs, movedBytes)).toBe(expected)
  })
})
