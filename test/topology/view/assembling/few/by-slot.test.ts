import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BySlot } from '../../../../../src/topology/view/assembling/few/by-slot.ts'
import type { Slot } from '../../../../../src/topology/view/assembling/fragment.ts'

const slots = Array.from({ length: 4 }, () => ({}) as Slot)
const steps = fc.array(
  fc.record({ slot: fc.constantFrom(...slots), value: fc.option(fc.record({ id: fc.nat(9) })) }),
  { maxLength: 12 },
)

test('what slots have is what a map has by them', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const map = new Map<Slot, object>()
      const bySlot = new BySlot<object>()
      for (const { slot, value } of taken) {
        if (value === null) expect(bySlot.delete(slot)).toBe(map.delete(slot))
        else {
          map.set(slot, value)
          bySlot.set(slot, value)
        }
        expect(new Map(bySlot.entries())).toEqual(map)
        expect(bySlot.size).toBe(map.size)
        for (const one of slots) expect(bySlot.get(one)).toBe(map.get(one))
        expect(bySlot.only).toBe(map.size === 1 ? [...map.values()][0] : undefined)
      }
    }),
  )
})
