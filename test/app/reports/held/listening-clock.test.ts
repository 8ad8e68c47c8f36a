import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ListeningClock } from '../../../../src/app/reports/held/listening-clock.ts'

const TICK_MS = 1000

describe('the time in which an app listens', () => {
  let atMs = 0
  const nowMs = () => atMs
  /** Time passes, in which the process gets its turns. */
  const listen = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      atMs += 100
      vi.advanceTimersByTime(100)
    }
  }
  /** Time passes without a turn: the process was stopped, or the machine slept, or something took long. */
  const miss = (ms: number) => {
    atMs += ms
  }

  beforeEach(() => {
    atMs = 5000
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('passes as time does', () => {
    const clock = new ListeningClock(nowMs, TICK_MS)
    const begin = clock.now()
    listen(10_000)
    expect(clock.now() - begin).toBe(10_000)
    listen(300)
    expect(clock.now() - begin).toBe(10_300)
    clock.stop()
  })

  it('stands still while the process has no turn', () => {
    const clock = new ListeningClock(nowMs, TICK_MS)
    listen(3000)
    const before = clock.now()
    miss(60_000)
    expect(clock.now() - before).toBeLessThanOrEqual(2 * TICK_MS)
    const after = clock.now()
    listen(5000)
    expect(clock.now() - after).toBeGreaterThanOrEqual(4000)
    expect(clock.now() - after).toBeLessThanOrEqual(5000)
    clock.stop()
  })

  it('is slower while each turn takes long', () => {
    const clock = new ListeningClock(nowMs, TICK_MS)
    const begin = clock.now()
    for (let turn = 0; turn < 10; turn++) {
      miss(8000)
      vi.advanceTimersByTime(TICK_MS)
    }
    expect(clock.now() - begin).toBe(10 * 2 * TICK_MS)
    clock.stop()
  })
})
