import { expect, test } from 'vitest'
import { growsBeyond, trendOf } from '../../../../../tools/bench/web/churn/trend.ts'

const over = (count: number, value: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => [at, value(at)] as const)

const noise = (at: number) => (at % 2 === 0 ? 1 : -1)

test('a straight line is found as it is, without doubt', () => {
  const { first, last, doubt } = trendOf(over(11, (at) => 100 + 3 * at))
  expect(first).toBeCloseTo(100)
  expect(last).toBeCloseTo(130)
  expect(doubt).toBeCloseTo(0)
})

test('values that scatter leave doubt: more the more they do', () => {
  const calm = trendOf(over(20, (at) => 100 + noise(at)))
  const wild = trendOf(over(20, (at) => 100 + 10 * noise(at)))
  expect(calm.doubt).toBeGreaterThan(0)
  expect(wild.doubt / calm.doubt).toBeCloseTo(10)
})

test.each([
  ['three values', over(3, () => 1)],
  ['values of one moment', over(9, () => 1).map(([, value]) => [5, value] as const)],
])('%s have no trend', (_, values) => {
  expect(() => trendOf(values)).toThrow(RangeError)
})

const level = trendOf(over(20, () => 1000))

test.each([
  ['what stays level', over(20, () => 100), false],
  ['what grows by one in a hundred', over(20, (at) => 100 + at / 19), false],
  ['what grows by a tenth', over(20, (at) => 100 + (10 * at) / 19), true],
  [
    'what grows by a tenth, but scatters by half',
    over(20, (at) => 100 + (10 * at) / 19 + 50 * noise(at)),
    false,
  ],
  ['what shrinks', over(20, (at) => 100 - at), false],
])('%s, of a world that stays level', (_, values, grows) => {
  expect(growsBeyond(trendOf(values), level)).toBe(grows)
})

test('what grows as the world does, does not grow beyond it', () => {
  const doubling = trendOf(over(20, (at) => 1000 + (1000 * at) / 19))
  const twice = trendOf(over(20, (at) => 100 + (100 * at) / 19))
  const thrice = trendOf(over(20, (at) => 100 + (200 * at) / 19))
  expect(growsBeyond(twice, doubling)).toBe(false)
  expect(growsBeyond(thrice, doubling)).toBe(true)
})
