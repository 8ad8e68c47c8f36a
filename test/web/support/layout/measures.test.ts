import { describe, expect, it } from 'vitest'
import { backwardEdges, crossings, displacement, extent, stress } from './measures.ts'

const square = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 0, y: 10 },
  { x: 10, y: 10 },
]

describe('measures of layouts', () => {
  it('count edges that cross, but not those with a common end', () => {
    expect(
      crossings(square, [
        [0, 3],
        [1, 2],
      ]),
    ).toBe(1)
    expect(
      crossings(square, [
        [0, 1],
        [2, 3],
      ]),
    ).toBe(0)
    expect(
      crossings(square, [
        [0, 3],
        [3, 1],
        [0, 2],
      ]),
    ).toBe(0)
  })

  it('count edges that lead to the left', () => {
    expect(
      backwardEdges(square, [
        [0, 1],
        [1, 0],
        [0, 2],
      ]),
    ).toBe(1)
  })

  it('find no stress where distances are those of the graph, at any scale', () => {
    const line = [0, 1, 2, 3].map((at) => ({ x: at * 70, y: 0 }))
    expect(
      stress(line, [
        [0, 1],
        [1, 2],
        [2, 3],
      ]),
    ).toBeCloseTo(0)
    expect(
      stress(square, [
        [0, 1],
        [1, 2],
        [2, 3],
      ]),
    ).toBeGreaterThan(0.05)
    expect(stress(square, [])).toBe(0)
  })

  it('tell how far nodes have moved, as a share of the diameter', () => {
    expect(displacement(square, square)).toBe(0)
    const moved = square.map(({ x, y }, at) => (at === 0 ? { x: x - 3, y: y - 4 } : { x, y }))
    expect(displacement(square, moved)).toBeCloseTo(5 / 4 / Math.hypot(10, 10))
    expect(extent(moved)).toEqual({ width: 13, height: 14 })
  })
})
