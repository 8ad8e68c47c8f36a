import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convexHull, isInHull } from '../../../../web/domain/plot/hull.ts'

const at = (x: number, y: number) => ({ x, y })

describe('the hull of points', () => {
  it.each([
    ['a square with a point inside', [at(0, 0), at(10, 0), at(5, 5), at(10, 10), at(0, 10)], 4],
    ['points on a line', [at(0, 0), at(5, 5), at(10, 10)], 2],
    ['two points', [at(0, 0), at(5, 5)], 2],
    ['one point', [at(1, 1)], 1],
    ['none', [], 0],
  ])('%s', (_, points, corners) => expect(convexHull(points)).toHaveLength(corners))

  it('has all points inside, and none beyond', () => {
    const point = fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 20 }), (points) => {
        const hull = convexHull(points)
        if (hull.length < 3) return
        for (const one of points) expect(isInHull(hull, one)).toBe(true)
        expect(isInHull(hull, at(500, 0))).toBe(false)
      }),
    )
  })
})
