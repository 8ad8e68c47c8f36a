import { expect, it } from 'vitest'
import { createClock } from '../../src/app/clock.ts'

const HOUR_MS = 3_600_000

/** A machine that one can set the clock of, and its app's clock. */
const machine = (wallMs: number) => {
  const at = { monotonicMs: wallMs, wallMs }
  const now = createClock({ monotonicMs: () => at.monotonicMs, wallMs: () => at.wallMs })
  return {
    now,
    pass(ms: number) {
      at.monotonicMs += ms
      at.wallMs += ms
    },
    set(byMs: number) {
      at.wallMs += byMs
    },
  }
}

it('tells the time of the machine after a sleep, and after its clock was set forward', () => {
  const { now, pass, set } = machine(10 * HOUR_MS)
  expect(now()).toBe(10 * HOUR_MS)
  set(8 * HOUR_MS)
  expect(now()).toBe(18 * HOUR_MS)
  pass(5)
  expect(now()).toBe(18 * HOUR_MS + 5)
})

it('goes on where it was when the clock of the machine is set back, until that has caught up', () => {
  const { now, pass, set } = machine(10 * HOUR_MS)
  set(-2 * HOUR_MS)
  expect(now()).toBe(10 * HOUR_MS)
  pass(HOUR_MS)
  expect(now()).toBe(11 * HOUR_MS)
  set(2 * HOUR_MS + 2000)
  expect(now()).toBe(11 * HOUR_MS + 2000)
})

it('does not follow the small steps in which a clock is kept right', () => {
  const { now, set } = machine(10 * HOUR_MS)
  set(900)
  expect(now()).toBe(10 * HOUR_MS)
  set(-1800)
  expect(now()).toBe(10 * HOUR_MS)
})

it('is that of this machine', () => {
  expect(Math.abs(createClock()() - Date.now())).toBeLessThan(2000)
})
