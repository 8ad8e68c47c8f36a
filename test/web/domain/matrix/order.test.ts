import { expect, test } from 'vitest'
import { matrixOrder } from '../../../../web/domain/matrix/order.ts'

const all = (ids: readonly string[]) =>
  ids.flatMap((source) => ids.filter((target) => target > source).map((target) => ({ source, target })))
const odd = ['n1', 'n3', 'n5', 'n7']
const even = ['n2', 'n4', 'n6']
const ids = [...odd, ...even]
const links = [...all(odd), ...all(even), { source: 'n7', target: 'n2' }]

test('those that talk with each other stand together, the largest cluster first', () => {
  const order = matrixOrder(ids, links)
  expect(new Set(order.slice(0, 4))).toEqual(new Set(odd))
  expect(new Set(order.slice(4))).toEqual(new Set(even))
})

test('the order is the same however nodes and edges are ordered', () => {
  expect(matrixOrder(ids.toReversed(), links.toReversed())).toEqual(matrixOrder(ids, links))
})

test('one that joins stands beside its neighbours, and the others keep their order', () => {
  const before = matrixOrder(ids, links)
  const joined = matrixOrder([...ids, 'n0'], [...links, { source: 'n0', target: 'n1' }], before)
  expect(joined.filter((id) => id !== 'n0')).toEqual(before)
  expect(joined.indexOf('n0')).toBe(joined.indexOf('n1') + 1)
})

test('one that has gone leaves the others as they were', () => {
  const before = matrixOrder(ids, links)
  expect(matrixOrder(ids.slice(1), links, before)).toEqual(before.filter((id) => id !== 'n1'))
})
