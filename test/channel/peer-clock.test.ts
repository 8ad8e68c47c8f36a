import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PeerClock } from '../../src/channel/peer-clock.ts'

test('a clock of which nothing was read shows 0', () => {
  expect(new PeerClock(() => 5000).nowMs()).toBe(0)
})

test('a clock goes on from its reading', () => {
  let nowMs = 5000
  const clock = new PeerClock(() => nowMs)
  clock.read(100)
  nowMs += 30
  expect(clock.nowMs()).toBe(130)
})

test('of several readings the one that was under way for the shortest time counts', () => {
  let nowMs = 5000
  const clock = new PeerClock(() => nowMs)
  clock.read(100)
  nowMs += 10_000
  // It was read 8 s ago.
  clock.read(2100)
  expect(clock.nowMs()).toBe(10_100)
})

test('a clock that drifts is followed', () => {
  let nowMs = 0
  const clock = new PeerClock(() => nowMs)
  for (let i = 0; i < 100; i++) {
    nowMs = i * 1000
    // It loses 1 ms a second.
    clock.read(i * 999)
  }
  expect(clock.nowMs()).toBeLessThanOrEqual(99 * 999 + 6)
})

test('it is never ahead of the real one, however late readings come', () => {
  const step = fc.record({ passMs: fc.nat(20_000), lateMs: fc.nat(30_000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(1e6), (steps, offsetMs) => {
      let nowMs = 0
      const clock = new PeerClock(() => nowMs)
      for (const { passMs, lateMs } of steps) {
        nowMs += passMs
        clock.read(Math.max(0, nowMs + offsetMs - lateMs))
        expect(clock.nowMs()).toBeLessThanOrEqual(nowMs + offsetMs)
      }
    }),
  )
})
