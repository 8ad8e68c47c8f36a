import { describe, expect, it } from 'vitest'
import { fittingSize, nextSize } from '../../../../web/domain/matrix/sizes.ts'

const sizes = { sizes: [12, 16, 22, 30], names: 100 }
const lines = (rows: number, columns: number) => ({ rows: Array(rows), columns: Array(columns) })

describe('the size of a cell that fits', () => {
  it.each([
    ['is the largest where there is room', lines(10, 10), 400, 400, 30],
    ['is the largest whose rows are in sight', lines(10, 5), 400, 330, 22],
    ['is the largest whose columns are in sight', lines(5, 10), 260, 400, 16],
    ['may fill all there is', lines(10, 10), 220, 220, 12],
    ['is the smallest when nothing fits', lines(100, 100), 400, 400, 12],
    ['is the largest of an empty matrix', lines(0, 0), 100, 100, 30],
  ])('%s', (_, matrix, width, height, size) =>
    expect(fittingSize(matrix, { width, height }, sizes)).toBe(size),
  )
})

it.each([
  [16, 1, 22],
  [16, -1, 12],
  [30, 1, undefined],
  [12, -1, undefined],
] as const)('from %i, %i step leads to %s', (size, by, next) =>
  expect(nextSize(sizes.sizes, size, by)).toBe(next),
)
