import { expect, it } from 'vitest'
import { createBackoff } from '../../src/pacing/backoff.ts'

const options = { firstMs: 500, longestMs: 36_000 }

it('doubles the pause with every failure in a row, up to a bound', () => {
  const backoff = createBackoff({ ...options, random: () => 0.5 })
  const pauses = Array.from({ length: 20 }, () => backoff.next())
  expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
  expect(pauses.at(-1)).toBe(30_000)
  backoff.reset()
  expect(backoff.next()).toBe(500)
})

it.each([
  [0, 400, 24_000],
  [1, 600, 36_000],
])('strays by chance (%d), and never beyond the longest', (chance, first, last) => {
  const backoff = createBackoff({ ...options, random: () => chance })
  const pauses = Array.from({ length: 1100 }, () => backoff.next())
  expect(pauses[0]).toBeCloseTo(first)
  expect(pauses.at(-1)).toBeCloseTo(last)
})
