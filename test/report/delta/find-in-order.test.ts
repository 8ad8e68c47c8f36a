import { expect, test } from 'vitest'
import { findInOrder } from '../../../src/report/delta/find-in-order.ts'

const entities = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const [a, b, c, d, e] = entities

test('finds entities in whatever order they are asked for', () => {
  const cases = [
    { ask: ['a', 'b', 'c', 'd', 'e'], found: [a, b, c, d, e] },
    { ask: ['b', 'e'], found: [b, e] },
    { ask: ['d', 'a', 'e', 'b'], found: [d, a, e, b] },
    { ask: ['b', 'x', 'c', 'a', 'e'], found: [b, undefined, c, a, e] },
    { ask: ['c', 'c', 'd'], found: [c, c, d] },
  ]
  for (const { ask, found } of cases) {
    const find = findInOrder(entities)
    expect(ask.map((id) => find(id))).toEqual(found)
  }
})
