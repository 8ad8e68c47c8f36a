import { describe, expect, test } from 'vitest'
import { Allowance, SharedAllowance } from '../../src/pacing/allowance.ts'

describe('an allowance', () => {
  test('is spent when less than one is left, and grows back up to its burst', () => {
    let nowMs = 0
    const allowance = new Allowance({ perSecond: 2, burst: 3 }, () => nowMs)
    allowance.spend(1)
    allowance.spend(1.5)
    expect(allowance.isSpent).toBe(true)
    nowMs = 250
    expect(allowance.isSpent).toBe(false)
    allowance.spend(11)
    nowMs = 5_000
    expect(allowance.isSpent).toBe(true)
    nowMs = 60_000
    allowance.spend(2)
    expect(allowance.isSpent).toBe(false)
    allowance.spend(1)
    expect(allowance.isSpent).toBe(true)
  })

  test('that is shared ends for one who takes too much, and for all when they do together', () => {
    const shared = new SharedAllowance({
      ...{ all: { perSecond: 0, burst: 5 }, each: { perSecond: 0, burst: 2 } },
      nowMs: () => 0,
    })
    shared.spend('a', 2)
    expect([shared.isSpent('a'), shared.isSpent('b')]).toEqual([true, false])
    shared.spend('b', 3)
    expect([shared.isSpent('b'), shared.isSpent('c')]).toEqual([true, true])
  })
})
