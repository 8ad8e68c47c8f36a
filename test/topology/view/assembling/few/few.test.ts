import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countOf,
  eachOf,
  type Few,
  hasOne,
  withOne,
  withoutOne,
} from '../../../../../src/topology/view/assembling/few/few.ts'

const objects = Array.from({ length: 12 }, (_, id) => ({ id }))
const steps = fc.array(fc.tuple(fc.constantFrom(...objects), fc.constantFrom('add', 'delete')), {
  maxLength: 60,
  size: 'max',
})

test('few or many objects are what a set of them is, in the same order', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const set = new Set<object>()
      let all: Few<object>
      for (const [one, does] of taken) {
        set[does](one)
        all = does === 'add' ? withOne(all, one) : withoutOne(all, one)
        expect([...eachOf(all)]).toEqual([...set])
        expect(countOf(all)).toBe(set.size)
        expect(objects.map((object) => hasOne(all, object))).toEqual(objects.map((object) => set.has(object)))
        // A set is made of more than eight, and kept for five or more.
        if (set.size > 8) expect(all).toBeInstanceOf(Set)
        if (set.size < 5) expect(all).not.toBeInstanceOf(Set)
        if (set.size === 1) expect(objects).toContain(all)
      }
    }),
  )
})
