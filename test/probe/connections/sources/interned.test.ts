import fc from 'fast-check'
import { expect, it } from 'vitest'
import { interned } from '../../../../src/probe/connections/sources/ebpf/interned.ts'

const of = (...words: number[]) => new DataView(Uint32Array.from(words).buffer)

it('makes what is alike once', () => {
  let made = 0
  const value = interned(2, (view, at) => ({ sum: view.getUint32(at, true), made: ++made }))
  const first = value(of(1, 2), 0)
  expect(value(of(9, 1, 2), 4)).toBe(first)
  expect(value(of(1, 3), 0)).not.toBe(first)
  expect(made).toBe(2)
})

it('never takes one for another, whatever they have in common', () => {
  const value = interned(3, (view, at) => [0, 4, 8].map((word) => view.getUint32(at + word, true)).join())
  const few = fc.integer({ min: 0, max: 2 })
  fc.assert(
    fc.property(fc.array(fc.tuple(few, few, few)), few, (all, first) => {
      for (const words of all) expect(value(of(...words), 0, first)).toBe(words.join())
    }),
  )
})

it('forgets when there are too many, and goes on', () => {
  const value = interned(1, (view, at) => String(view.getUint32(at, true)))
  for (let i = 0; i < 20_000; i++) expect(value(of(i), 0)).toBe(String(i))
})
