import { expect, it } from 'vitest'
import type { TableColumn } from '../../../../web/domain/table/column.ts'
import { pressedHead, tableSorting } from '../../../../web/domain/table/sorting.ts'

const column = (id: string, kind: TableColumn['kind'], numeric: boolean): TableColumn => ({
  ...{ id, kind, numeric, label: id, first: true },
  valueOf: () => undefined,
})
const cpu = column('cpu', 'Metrics', true)
const memory = column('memory', 'Metrics', true)
const image = column('image', 'Facts', false)
const all = [cpu, memory, image]

it.each([
  ['as was asked', { column: 'image', descending: true }, all, { column: 'image', descending: true }],
  [
    'by the first metric, when the column is not shown, so that a head always tells the order',
    { column: 'image', descending: false },
    [memory],
    { column: 'memory', descending: true },
  ],
  [
    'by name, when that was asked',
    { column: 'name', descending: true },
    all,
    { column: 'name', descending: true },
  ],
  [
    'by the first metric, when the view has no such column',
    { column: 'gone', descending: false },
    all,
    { column: 'cpu', descending: true },
  ],
  [
    'by the first metric that is shown, unless something was asked',
    undefined,
    [image, memory],
    { column: 'memory', descending: true },
  ],
  ['by name without a metric', undefined, [image], { column: 'name', descending: false }],
])('a table is sorted %s', (_, asked, shown, sorting) => expect(tableSorting(asked, shown)).toEqual(sorting))

it.each([
  ['begins with the largest number', { column: 'name', descending: false }, 'cpu', true],
  ['begins with the first text', { column: 'cpu', descending: true }, 'image', false],
  ['begins with the first name', { column: 'cpu', descending: true }, 'name', false],
  ['is reversed', { column: 'cpu', descending: true }, 'cpu', false],
  ['is reversed again', { column: 'cpu', descending: false }, 'cpu', true],
])('a table whose head was pressed %s', (_, before, pressed, descending) =>
  expect(pressedHead(before, pressed, all)).toEqual({ column: pressed, descending }),
)
