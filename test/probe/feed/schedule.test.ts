import { describe, expect, test } from 'vitest'
import { createBackoff } from '../../../src/pacing/backoff.ts'
import { createTokenBucket } from '../../../src/pacing/token-bucket.ts'
import { createSchedule } from '../../../src/probe/feed/schedule.ts'

const createManualClock = () => {
  let ms = 1000
  return {
    nowMs: () => ms,
    advance: (by: number) => {
      ms += by
    },
  }
}

describe('a token bucket', () => {
  test.each([
    // what happens, one after the other: t = take, digits = milliseconds pass
    ['tttttt', [true, true, true, true, true, false], 500],
    ['ttttt 500 t', [true, true, true, true, true, true], 500],
    ['ttttt 499 t', [true, true, true, true, true, false], 1],
    ['ttttt 250 t 250 t', [true, true, true, true, true, false, true], 500],
    ['ttttt 1000 ttt', [true, true, true, true, true, true, true, false], 500],
    ['ttttt 99999 tttttt', [true, true, true, true, true, true, true, true, true, true, false], 500],
    ['t 100', [true], 0],
  ])('%s', (script, taken, waitMs) => {
    const clock = createManualClock()
    const bucket = createTokenBucket({ capacity: 5, perSecond: 2, nowMs: clock.nowMs })
    const results: boolean[] = []
    for (const [step] of script.matchAll(/t|\d+/g)) {
      if (step === 't') results.push(bucket.take())
      else clock.advance(Number(step))
    }
    expect(results).toEqual(taken)
    expect(bucket.waitMs()).toBeCloseTo(waitMs, 3)
  })

  test('wakes no timer for nothing', () => {
    const clock = createManualClock()
    const bucket = createTokenBucket({ capacity: 5, perSecond: 3, nowMs: clock.nowMs })
    while (bucket.take());
    clock.advance(bucket.waitMs())
    expect(bucket.take()).toBe(true)
  })
})

describe('a schedule', () => {
  const create = () => {
    const clock = createManualClock()
    return { clock, schedule: createSchedule({ intervalMs: 1000, nowMs: clock.nowMs }) }
  }

  test('begins at once, then keeps the interval', () => {
    const { clock, schedule } = create()
    expect(schedule.waitMs()).toBe(0)
    schedule.begin()
    expect(schedule.waitMs()).toBe(1000)
    clock.advance(400)
    expect(schedule.waitMs()).toBe(600)
    clock.advance(700)
    expect(schedule.waitMs()).toBe(0)
  })

  test('sends a change at once, five in a burst, then two a second', () => {
    const { clock, schedule } = create()
    schedule.begin()
    for (let i = 0; i < 5; i++) {
      schedule.changed()
      expect(schedule.waitMs()).toBe(0)
      schedule.begin()
    }
    schedule.changed()
    expect(schedule.waitMs()).toBe(500)
    clock.advance(500)
    expect(schedule.waitMs()).toBe(0)
  })

  test('tells of many changes in one report', () => {
    const { schedule } = create()
    schedule.begin()
    for (let i = 0; i < 1000; i++) schedule.changed()
    schedule.begin()
    expect(schedule.waitMs()).toBe(1000)
  })

  test('lets a change during the making of a report leave after it', () => {
    const { schedule } = create()
    schedule.begin()
    schedule.changed()
    expect(schedule.waitMs()).toBe(0)
  })

  test('takes no token for the report of the interval', () => {
    const { clock, schedule } = create()
    schedule.begin()
    for (let i = 0; i < 10; i++) {
      clock.advance(1000)
      schedule.changed()
      schedule.begin()
    }
    for (let i = 0; i < 5; i++) {
      schedule.changed()
      expect(schedule.waitMs()).toBe(0)
      schedule.begin()
    }
    schedule.changed()
    expect(schedule.waitMs()).toBeGreaterThan(0)
  })
})

describe('a backoff', () => {
  test.each([
    [0, [200, 400, 800, 1600, (20_000 / 1.2) * 0.8]],
    [1, [300, 600, 1200, 2400, 20_000]],
  ])('grows to its longest (chance %d)', (chance, expected) => {
    const backoff = createBackoff({ firstMs: 250, longestMs: 20_000, random: () => chance })
    const pauses = Array.from({ length: 60 }, () => backoff.next())
    expect([...pauses.slice(0, 4), pauses.at(-1)].map((ms) => Math.round(ms ?? 0))).toEqual(
      expected.map(Math.round),
    )
    expect(Math.max(...pauses)).toBeLessThanOrEqual(20_000 + 1e-6)
    backoff.reset()
    expect(backoff.next()).toBeCloseTo(expected[0] ?? 0)
  })
})
