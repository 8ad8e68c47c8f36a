import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coreOf } from '../../../../web/layout/ranks/core.ts'

const triangle = [
  [0, 1],
  [1, 2],
  [2, 0],
] as const

const edgesAmong = (size: number) =>
  fc.uniqueArray(
    fc
      .tuple(fc.nat(size - 1), fc.nat(size - 1))
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => [a, b] as const),
    { maxLength: 2 * size, selector: ([a, b]) => `${a}>${b}` },
  )

describe('the inner part of a graph', () => {
  it('is what is held from several sides; trees hang on it', () => {
    const { inner, hanging } = coreOf(6, [...triangle, [2, 3], [4, 3], [3, 5]])
    expect(inner).toEqual([0, 1, 2])
    expect(hanging[0]).toEqual({ node: 3, on: 2 })
    expect(hanging.slice(1).toSorted((a, b) => a.node - b.node)).toEqual([
      { node: 4, on: 3 },
      { node: 5, on: 3 },
    ])
  })

  it('is all of a tree, of which nothing would be left', () => {
    const { inner, hanging } = coreOf(6, [...triangle, [3, 4], [4, 5]])
    expect(inner).toEqual([0, 1, 2, 3, 4, 5])
    expect(hanging).toEqual([])
  })

  it('is not made of two edges that lead back and forth', () => {
    expect(coreOf(4, [...triangle, [2, 3], [3, 2]]).inner).toEqual([0, 1, 2])
  })

  it('and the rest are all nodes, each after the one that it hangs on', () => {
    fc.assert(
      fc.property(edgesAmong(12), (edges) => {
        const { inner, hanging } = coreOf(12, edges)
        expect([...inner, ...hanging.map(({ node }) => node)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: 12 }, (_, node) => node),
        )
        const there = new Set(inner)
        for (const { node, on } of hanging) {
          expect(there.has(on)).toBe(true)
          there.add(node)
        }
      }),
    )
  })

  it('is the same with one more node that has one neighbour in a cycle', () => {
    fc.assert(
      fc.property(edgesAmong(9), fc.nat(2), (edges, on) => {
        const among = [...triangle, ...edges]
        expect(coreOf(10, [...among, [9, on]]).inner).toEqual(coreOf(9, among).inner)
      }),
    )
  })
})
