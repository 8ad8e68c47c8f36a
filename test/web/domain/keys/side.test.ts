import { expect, it } from 'vitest'
import { sideOf } from '../../../../web/domain/keys/side.ts'

it.each([
  ['ArrowLeft', {}, -1],
  ['ArrowRight', {}, 1],
  ['ArrowUp', {}, undefined],
  ['ArrowLeft', { altKey: true }, undefined],
  ['ArrowRight', { metaKey: true }, undefined],
])('%s with %o leads to %s', (key, held, side) =>
  expect(sideOf({ key, altKey: false, metaKey: false, ...held })).toBe(side),
)
