import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ranks } from '../../../../web/layout/ranks/ranks.ts'
import { settings } from '../../../../web/settings.ts'

const rules = settings.layout.flow
const rank = (size: number, edges: readonly (readonly [number, number])[]) => [...ranks(size, edges, rules)]

describe('ranks', () => {
  it.each([
    [
      'a chain',
      3,
      [
        [0, 1],
        [1, 2],
      ],
      [0, 1, 2],
    ],
    [
      'the longest of several ways',
      4,
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 3],
      ],
      [0, 1, 2, 3],
    ],
    [
      'a client that nobody calls, just before its server',
      4,
      [
        [0, 1],
        [1, 2],
        [3, 2],
      ],
      [0, 1, 2, 1],
    ],
    [
      'a server that is called early',
      4,
      [
        [0, 1],
        [1, 2],
        [0, 3],
      ],
      [0, 1, 2, 1],
    ],
    [
      'the nodes of a cycle, as one',
      4,
      [
        [0, 1],
        [1, 2],
        [2, 1],
        [2, 3],
      ],
      [0, 1, 1, 2],
    ],
    [
      'a cycle in a cycle',
      5,
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 1],
        [2, 1],
        [3, 4],
      ],
      [0, 1, 1, 1, 2],
    ],
    ['no edges', 2, [], [0, 0]],
    [
      'a node that calls itself',
      2,
      [
        [0, 0],
        [0, 1],
      ],
      [0, 1],
    ],
  ] as const)('%s', (_, size, edges, expected) => {
    expect(rank(size, edges)).toEqual(expected)
  })

  it('has at most seven, in the order of the chain', () => {
    const chain = Array.from({ length: 19 }, (_, at) => [at, at + 1] as const)
    const found = rank(20, chain)
    expect(found).toEqual([...found].sort((a, b) => a - b))
    expect(new Set(found)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]))
  })

  it('does not let a monitor that asks all, and is asked by one of them, make one cycle of everything', () => {
    const chain = Array.from({ length: 13 }, (_, at) => [at, at + 1] as const).filter(([at]) => at % 5 !== 4)
    const without = rank(15, chain)
    const monitor = 14
    const asks = Array.from({ length: 14 }, (_, at) => [monitor, at] as const)
    const found = rank(15, [...chain, ...asks, [4, monitor]])
    expect(found.slice(0, 14)).toEqual(without.slice(0, 14))
  })

  it('does not exhaust the stack on a long chain', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => [at, (at + 1) % 20_000] as const)
    expect(new Set(rank(20_000, chain))).toEqual(new Set([0]))
  })

  it('puts each client before its server where there is no cycle', () => {
    const forward = fc
      .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }))
      .map(([from, by]) => [from, from + by] as const)
    // Of nodes 0 to 6, no way is longer than there are ranks.
    const edges = fc.array(forward).map((all) => all.filter(([, to]) => to <= 6))
    fc.assert(
      fc.property(edges, (given) => {
        const found = rank(7, given)
        for (const [from, to] of given) expect(found[from]).toBeLessThan(found[to] ?? 0)
      }),
    )
  })
})
