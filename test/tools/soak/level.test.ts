import { expect, test } from 'vitest'
import { growthOf, mostGrowth } from '../../../tools/soak/simulated/heap/level.ts'

const over = (count: number, bytes: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => ({ atMs: 1000 * at, bytes: bytes(at) }))

test('too few samples tell nothing', () => {
  expect(growthOf(over(8, () => 100))).toBeUndefined()
  expect(growthOf(over(30, () => 100).map(({ bytes }) => ({ bytes, atMs: 5 })))).toBeUndefined()
})

test('what fills while it warms up does not count', () => {
  expect(growthOf(over(30, (at) => Math.min(10, at)))).toEqual({ plateauBytes: 10, share: 0 })
})

test('a leak is as large as it is, against the first plateau', () => {
  const growth = growthOf(over(31, (at) => 1000 + 10 * at))
  // From second 10 to second 30; the plateau is that of the seven samples from there.
  expect(growth?.plateauBytes).toBe(1130)
  expect(growth?.share).toBeCloseTo(200 / 1130)
})

test('what shrinks has a share below 0', () => {
  expect(growthOf(over(31, (at) => 1000 - 10 * at))?.share).toBeCloseTo(-200 / 870)
})

test('a few samples that are off change little', () => {
  const growth = growthOf(over(40, (at) => (at % 11 === 0 ? 5000 : 1000 + at)))
  expect(growth?.share).toBeCloseTo(26 / 1019, 2)
})

// Megabytes that collections found in a minute with 20 hosts, on a busy machine.
const LEVEL = [
  ...[75.1, 103.5, 112.8, 113.7, 120.8, 121.6, 114.2, 123.0, 129.9, 121.2, 112.5, 108.0, 111.0, 116.6, 114.4],
  ...[114.3, 114.5, 118.7, 105.7, 117.0, 115.2, 115.9, 126.1, 127.9],
]

test.each([
  ['as it was', 0, false],
  ['with a leak of half a megabyte a second', 0.5, true],
  ['with a leak of two', 2, true],
])('a minute that was recorded grows too much, or not: %s', (_, megabytesPerSecond, grows) => {
  const recorded = LEVEL.map((megabytes, n) => ({
    atMs: 3500 * n,
    bytes: 1e6 * (megabytes + 3.5 * n * megabytesPerSecond),
  }))
  expect((growthOf(recorded)?.share ?? Number.NaN) > mostGrowth(60_000)).toBe(grows)
})
