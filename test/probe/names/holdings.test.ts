import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Held, Holdings } from '../../../src/probe/names/answers/holdings.ts'

interface Item extends Held<Item> {
  readonly name: number
}

it('tells the oldest item of one that holds most, whatever comes and goes', () => {
  const step = fc.record({
    holder: fc.constantFrom('a', 'b', 'c'),
    what: fc.constantFrom('add', 'add', 'drop the newest', 'drop one within', 'evict'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const holdings = new Holdings<Item>()
      let held: Item[] = []
      for (const [name, { holder, what }] of steps.entries()) {
        const own = held.filter((item) => item.holder === holder)
        if (what === 'add') {
          const item = { holder, name }
          holdings.add(item)
          held.push(item)
        } else {
          const gone =
            what === 'evict'
              ? holdings.oldestOfMost()
              : own[what === 'drop the newest' ? own.length - 1 : own.length >> 1]
          if (gone) holdings.delete(gone)
          held = held.filter((item) => item !== gone)
        }
        const all = [...Map.groupBy(held, (item) => item.holder).values()]
        const most = Math.max(0, ...all.map(({ length }) => length))
        const oldest = all.filter(({ length }) => length === most).map(([first]) => first?.name)
        const { name: told } = holdings.oldestOfMost() ?? {}
        if (held.length === 0) expect(told).toBeUndefined()
        else expect(oldest).toContain(told)
        expect(holdings.size).toBe(held.length)
      }
    }),
  )
})

it('tells, of those that hold as many, the one for which that has been so for longest', () => {
  const holdings = new Holdings<Item>()
  const item = (holder: string, name: number): Item => ({ holder, name })
  const [first, second, third] = [item('a', 1), item('b', 2), item('c', 3)]
  for (const one of [first, second, third]) holdings.add(one)
  expect(holdings.oldestOfMost()).toBe(first)
  const more = item('a', 4)
  holdings.add(more)
  holdings.delete(more)
  expect(holdings.oldestOfMost()).toBe(second)
  holdings.delete(second)
  holdings.add(item('d', 5))
  expect(holdings.oldestOfMost()).toBe(third)
})
