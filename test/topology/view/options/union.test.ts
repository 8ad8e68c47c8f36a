import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUnion, unionValue } from '../../../../src/topology/view/options/union.ts'

test.each([
  ['', []],
  [',', []],
  ['b,a', ['a', 'b']],
  ['a,,a', ['a']],
  [' a', [' a']],
  [Array.from({ length: 64 }, (_, i) => 100 + i).join(), expect.objectContaining({ length: 64 })],
  [Array.from({ length: 65 }, (_, i) => i).join(), undefined],
  ['x'.repeat(8193), undefined],
])('%s', (text, expected) => expect(parseUnion(text)).toEqual(expected))

test('any names can be chosen together', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 20 }), (names) => {
      const values = names.map(unionValue)
      expect(new Set(parseUnion(values.join()))).toEqual(new Set(values))
      expect(values.map(decodeURIComponent)).toEqual(names)
    }),
  )
})
