import { expect, it } from 'vitest'
import { enteredRow, rowStep } from '../../../../web/domain/table/step.ts'

it.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 3, 4],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 3, 2],
  ['ArrowUp', 0, 0],
  ['PageDown', -1, 3],
  ['PageDown', 2, 5],
  ['PageDown', 8, 9],
  ['PageUp', 8, 5],
  ['PageUp', 1, 0],
  ['Home', 7, 0],
  ['End', 0, 9],
])('%s of ten rows, four in view, from %i leads to %i', (key, at, to) => {
  expect(rowStep(key, at, 10, 4)).toBe(to)
})

it.each([
  ['ArrowDown', 3, 3],
  ['ArrowDown', 10, 9],
  ['ArrowUp', 3, 2],
  ['ArrowUp', 0, 0],
  ['ArrowUp', 12, 9],
  ['PageDown', 2, 4],
  ['PageUp', 8, 5],
])('%s of ten rows, four in view, from one that was at %i and is gone leads to %i', (key, at, to) => {
  expect(rowStep(key, at, 10, 4, true)).toBe(to)
})

it('leads nowhere with other keys, and where there are no rows', () => {
  expect(rowStep('ArrowLeft', 3, 10, 4)).toBeUndefined()
  expect(rowStep('End', -1, 0, 4)).toBeUndefined()
})

it.each([
  ['that of the open card', 'b', 0, 'abc', 'b'],
  ['the first, before any', undefined, -1, 'abc', 'a'],
  ['what stands where it was', undefined, 1, 'abc', 'b'],
  ['the last, where fewer are left', undefined, 7, 'abc', 'c'],
  ['what stands where it was, when that of the open card has gone', 'x', 1, 'abc', 'b'],
  ['the first, when that of the open card is not shown', 'x', -1, 'abc', 'a'],
  ['that of the open card, where no row has come yet', 'b', -1, '', 'b'],
  ['none, where there are no rows and no card is open', undefined, 1, '', undefined],
])('the row that the keyboard comes to is %s', (_, open, at, rows, id) => {
  const all = [...rows].map((one) => ({ id: one }))
  expect(enteredRow(all, open, at)).toBe(id)
})
