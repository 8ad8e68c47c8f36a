import { expect, it } from 'vitest'
import { lookFrom, zoomedLook } from '../../../../web/domain/terminal/look.ts'

const sizes = { first: 13, min: 8, max: 32 }

it.each([
  ['is the first without one', null, { fontSize: 13, reader: false }],
  ['is as it was', '{"fontSize":15,"reader":true}', { fontSize: 15, reader: true }],
  ['is never too small', '{"fontSize":1}', { fontSize: 8, reader: false }],
  ['is never too large', '{"fontSize":1e9}', { fontSize: 32, reader: false }],
  [
    'has the first size, when that is no number',
    '{"fontSize":"large","reader":"yes"}',
    { fontSize: 13, reader: false },
  ],
  ['is the first, when it is damaged', '{', { fontSize: 13, reader: false }],
  ['is the first, when it is nothing', 'null', { fontSize: 13, reader: false }],
])('the look of terminals that was kept %s', (_, kept, look) => expect(lookFrom(kept, sizes)).toEqual(look))

it.each([
  [13, 1, 14],
  [32, 1, 32],
  [8, -1, 8],
])('text of %i px becomes, %i larger, %i px', (fontSize, step, after) =>
  expect(zoomedLook({ fontSize, reader: true }, step, sizes)).toEqual({ fontSize: after, reader: true }),
)
