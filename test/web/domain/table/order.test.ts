import { describe, expect, it } from 'vitest'
import { compareValues, withHeldRow } from '../../../../web/domain/table/order.ts'

const rows = (ids: string) => [...ids].map((id) => ({ id }))
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).join('')

describe('compareValues', () => {
  it.each([
    [2, 10, -1],
    ['web-2', 'web-10', -1],
    ['10.0.0.12', '10.0.0.4', 1],
    ['Web', 'web', 0],
    ['1.9.4', '1.10.0', -1],
    ['2026-01-02T00:00:00Z', '2025-12-31T00:00:00Z', 1],
    ['a', 5, 1],
  ])('%s and %s', (a, b, sign) => {
    expect(Math.sign(compareValues(a, b))).toBe(sign)
    expect(Math.sign(compareValues(b, a))).toBe(sign === 0 ? 0 : -sign)
  })
})

describe('withHeldRow', () => {
  it.each([
    ['moves it up again', 'acbd', { id: 'b', at: 1 }, 'abcd'],
    ['moves it down again', 'bacd', { id: 'b', at: 2 }, 'acbd'],
    ['leaves what is in its place', 'abcd', { id: 'b', at: 1 }, 'abcd'],
    ['keeps one that is gone', 'acd', { id: 'b', at: 1 }, 'abcd'],
    ['puts it last where fewer are left', 'ab', { id: 'b', at: 7 }, 'ab'],
    ['keeps the only one', '', { id: 'b', at: 3 }, 'b'],
  ])('%s', (_, sorted, { id, at }, expected) => {
    expect(idsOf(withHeldRow(rows(sorted), { row: { id }, at }))).toBe(expected)
  })

  it('takes the newest of a row that is there', () => {
    const old = { id: 'b', cpu: 1 }
    const now = [
      { id: 'b', cpu: 2 },
      { id: 'a', cpu: 3 },
    ]
    expect(withHeldRow(now, { row: old, at: 1 })).toEqual([
      { id: 'a', cpu: 3 },
      { id: 'b', cpu: 2 },
    ])
  })

  it('is what was sorted while no row is held', () => {
    const sorted = rows('ab')
    expect(withHeldRow(sorted, undefined)).toBe(sorted)
  })
})
