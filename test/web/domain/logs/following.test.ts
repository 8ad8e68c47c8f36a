import { expect, it } from 'vitest'
import { follows } from '../../../../web/domain/logs/following.ts'

it.each<[string, number, number, number, boolean]>([
  ['at the end', 800, 800, 1000, true],
  ['at the end of lines that fit', 0, 0, 100, true],
  ['gone up by a part of a line', 800, 795, 1000, false],
  ['gone up by much', 800, 300, 1000, false],
  ['gone down, not to the end', 300, 600, 1000, false],
  ['gone down to the last line', 300, 790, 1000, true],
  ['still where it was, which is a fraction of a pixel off', 800, 799.5, 1000, true],
  ['still where it was, and lines have come', 800, 800, 1090, false],
  ['come up with the end, since lines have gone', 800, 500, 700, true],
])('%s', (_, before, top, extent, expected) => {
  expect(follows(before, { top, height: 200, extent }, 18)).toBe(expected)
})
