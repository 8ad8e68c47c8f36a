import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStabiliser } from '../../../src/probe/assemble/stabiliser.ts'

interface Thing {
  readonly id: string
  readonly value?: number
  readonly list?: readonly string[]
  readonly counters?: Readonly<Record<string, number>>
}

test('what says the same stays the same object, and a list of such the same list', () => {
  const stable = createStabiliser<Thing>()
  const make = (): Thing[] => [
    { id: 'a', value: 1 },
    { id: 'b', list: ['x', 'y'], counters: { lost: 0, events: 7 } },
  ]
  const first = stable(make())
  expect(stable(make())).toBe(first)
  const second = stable([...make(), { id: 'c' }])
  expect(second).not.toBe(first)
  expect(second.slice(0, 2).every((thing, index) => thing === first[index])).toBe(true)
  expect(stable(make().toReversed()).map((thing) => first.indexOf(thing))).toEqual([1, 0])
})

test.each<[string, Thing, Thing]>([
  ['a number', { id: 'a', value: 1 }, { id: 'a', value: 2 }],
  ['a field more', { id: 'a' }, { id: 'a', value: 1 }],
  ['a field less', { id: 'a', value: 1 }, { id: 'a' }],
  ['another field', { id: 'a', value: 1 }, { id: 'a', list: [] }],
  ['a list that grew', { id: 'a', list: ['x'] }, { id: 'a', list: ['x', 'y'] }],
  ['a list in another order', { id: 'a', list: ['x', 'y'] }, { id: 'a', list: ['y', 'x'] }],
  ['a counter', { id: 'a', counters: { lost: 0 } }, { id: 'a', counters: { lost: 1 } }],
  ['a counter more', { id: 'a', counters: { lost: 0 } }, { id: 'a', counters: { lost: 0, events: 0 } }],
])('%s makes another object', (_name, before, now) => {
  const stable = createStabiliser<Thing>()
  expect(stable([before])[0]).toBe(before)
  expect(stable([now])[0]).toBe(now)
})

test('whatever comes and goes, the list says what was given', () => {
  const things = fc.uniqueArray(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.nat(1) }), {
    selector: ({ id }) => id,
  })
  fc.assert(
    fc.property(fc.array(things), (lists) => {
      const stable = createStabiliser<Thing>()
      for (const list of lists) expect(stable(list)).toEqual(list)
    }),
  )
})
