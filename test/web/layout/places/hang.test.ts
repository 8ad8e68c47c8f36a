import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hang } from '../../../../web/layout/places/hang.ts'
import { settings } from '../../../../web/settings.ts'

const { weights } = settings.layout.flow
/** A column of slots for each of two ranks. */
const rows = 12
const slots = {
  places: Array.from({ length: 2 * rows }, (_, at) => ({ x: at < rows ? 0 : 300, y: (at % rows) * 100 })),
  ofRank: [0, 1].map((rank) => Array.from({ length: rows }, (_, row) => rank * rows + row)),
}

/** Servers of rank 1 that hang on clients of rank 0, whose slots are given. */
const hung = (clients: readonly number[], ons: readonly number[], comparisons: number) => {
  const size = clients.length + ons.length
  const slotOf = Int32Array.from({ length: size }, (_, node) => clients[node] ?? -1)
  const rank = Array.from({ length: size }, (_, node) => (node < clients.length ? 0 : 1))
  const hanging = ons.map((on, at) => ({ node: clients.length + at, on }))
  const edges = hanging.map(({ node, on }) => [on, node] as const)
  hang(hanging, slotOf, rank, slots, edges, 30, weights, { slots: 8, comparisons })
  return [...slotOf]
}

describe.each([
  ['by what slots cost', 1e9],
  ['by height alone, where comparing would take too long', 0],
])('nodes that hang on others, placed %s', (_how, comparisons) => {
  it('stand beside what they hang on', () => {
    expect(hung([1, 6], [1, 0], comparisons)).toEqual([1, 6, rows + 6, rows + 1])
  })

  it('have a slot of their own each, in their rank', () => {
    const slot = fc.uniqueArray(fc.nat(rows - 1), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(slot, fc.array(fc.nat(1), { maxLength: rows }), (clients, ons) => {
        const found = hung(clients, ons, comparisons).slice(clients.length)
        expect(new Set(found).size).toBe(ons.length)
        for (const one of found) expect(slots.ofRank[1]).toContain(one)
      }),
    )
  })
})
