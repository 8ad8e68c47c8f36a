import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inOrder, LONG, spread } from './spread.ts'

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

it('spreads several kinds', () => {
  const items = [1, 2, 3, 4, 5, 6, 10, 20, 100]
  const digits = (item: number) => String(item).length
  expect(spread(items, digits)).toEqual([100, 10, 1, 2, 3, 20, 4, 5, 6])
})

it('begins with what runs long, the longest first, and spreads what drives a browser and what runs all of Scope among the rest', () => {
  const [longest = '', next = ''] = LONG
  const others = ['/test/cli/a.test.ts', '/test/cli/b.test.ts', '/test/cli/c.test.ts', '/test/cli/d.test.ts']
  const whole = ['/test/e2e/a.test.ts', '/test/e2e/b.test.ts', '/test/e2e/c.test.ts']
  const pages = ['/test/e2e/page/a.test.ts', '/test/e2e/page/b.test.ts']
  const ordered = inOrder([...others, next, ...whole, ...pages, longest], (path) => path)
  expect(ordered).toEqual([
    ...[longest, next],
    ...[pages[0], whole[0], others[0]],
    ...[others[1], whole[1]],
    ...[pages[1], others[2], whole[2], others[3]],
  ])
})

it.each(LONG)('%s, which is said to run long, exists', (path) => {
  expect(existsSync(join(import.meta.dirname, '../..', path))).toBe(true)
})
