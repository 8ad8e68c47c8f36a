import { expect, it } from 'vitest'
import { rowStep } from '../../../../web/domain/table/step.ts'

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
