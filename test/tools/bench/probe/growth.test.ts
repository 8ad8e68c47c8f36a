import { expect, test } from 'vitest'
import { growthOf } from '../../../../tools/bench/probe/growth.ts'

test.each([
  ['too few values', [1, 2, 3, 4, 5, 6, 7, 8], undefined],
  ['level once it has filled', [10, 50, 90, 100, 100, 100, 100, 100, 100], 1],
  ['a leak', [10, 20, 30, 40, 50, 60, 70, 80, 90], 80 / 50],
  ['one peak', [100, 100, 100, 100, 100, 100, 100, 900, 100], 1],
])('the growth of %s', (_, values, growth) => {
  expect(growthOf(values)).toBe(growth)
})
