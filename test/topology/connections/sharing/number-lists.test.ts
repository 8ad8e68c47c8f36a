import { expect, test } from 'vitest'
import { NumberLists } from '../../../../src/topology/connections/sharing/number-lists.ts'

test('a list is given out again for the same purpose, with nothing left in it', () => {
  const lists = new NumberLists()
  const first = lists.zeros('told', 4)
  first.fill(1.5)
  const again = lists.zeros('told', 3)
  expect(again).toBe(first)
  expect([...again.slice(0, 3)]).toEqual([0, 0, 0])
  expect(lists.zeros('own', 3)).not.toBe(first)
  expect([...lists.zeros('told', 6)]).toEqual([0, 0, 0, 0, 0, 0])
})

test('a long list is not kept', () => {
  const lists = new NumberLists()
  expect(lists.zeros('shares', 5000)).not.toBe(lists.zeros('shares', 5000))
  expect(lists.zeros('shares', 5)).toHaveLength(5)
})
