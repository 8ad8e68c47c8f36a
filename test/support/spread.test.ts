import { expect, it } from 'vitest'
import { spread } from './spread.ts'

it.each<[number[], number[]]>([
  [
    [1, 2, 10, 11, 12, 13],
    [1, 10, 11, 2, 12, 13],
  ],
  [
    [10, 1, 11, 2, 12],
    [1, 10, 11, 2, 12],
  ],
  [
    [1, 2],
    [1, 2],
  ],
  [
    [10, 11],
    [10, 11],
  ],
  [[], []],
])('spreads those below ten: %j', (items, expected) => {
  expect(spread(items, (item) => item < 10)).toEqual(expected)
})
