import { describe, expect, it } from 'vitest'
import { distanceToCurve, edgeCurve, part, pointAt, union } from '../../../../web/domain/plot/geometry.ts'
import { stepTo } from '../../../../web/domain/search/step-to.ts'
import { settings } from '../../../../web/settings.ts'

const look = settings.edge

describe('curves', () => {
  const from = { x: 0, y: 0, r: 20 }
  const to = { x: 200, y: 0, r: 30 }

  it('run from border to border', () => {
    const curve = edgeCurve(from, to, look)
    expect(Math.hypot(curve.x0, curve.y0)).toBeGreaterThanOrEqual(20)
    expect(Math.hypot(curve.x1 - 200, curve.y1)).toBeGreaterThanOrEqual(30)
  })

  it('of the two directions bend apart', () => {
    const there = pointAt(edgeCurve(from, to, look), 0.5)
    const back = pointAt(edgeCurve(to, from, look), 0.5)
    expect(Math.sign(there.y)).toBe(-Math.sign(back.y))
  })

  it('of a node to itself leave it', () => {
    const loop = edgeCurve(from, from, look)
    expect(pointAt(loop, 0.5).y).toBeLessThan(-20)
  })

  it('are where they were when only a part is taken', () => {
    const curve = edgeCurve(from, to, look)
    const half = part(curve, 0.25, 0.75)
    expect(pointAt(half, 0.5).x).toBeCloseTo(pointAt(curve, 0.5).x)
    expect(pointAt(half, 0.5).y).toBeCloseTo(pointAt(curve, 0.5).y)
    expect(half.x1).toBeCloseTo(pointAt(curve, 0.75).x)
  })

  it('know how far a point is', () => {
    const curve = edgeCurve(from, to, look)
    expect(distanceToCurve(curve, pointAt(curve, 0.4))).toBeLessThan(0.5)
    expect(distanceToCurve(curve, { x: 100, y: 100 })).toBeGreaterThan(90)
  })
})

describe('union', () => {
  it('is undefined of nothing, and holds all', () => {
    expect(union([])).toBeUndefined()
    const a = { left: 0, top: 0, right: 1, bottom: 1 }
    expect(union([a, { left: -2, top: 3, right: 0, bottom: 4 }])).toEqual({
      left: -2,
      top: 0,
      right: 1,
      bottom: 4,
    })
  })
})

describe('stepTo', () => {
  const places = new Map([
    ['middle', { x: 0, y: 0 }],
    ['right', { x: 100, y: 10 }],
    ['far right', { x: 300, y: 0 }],
    ['above', { x: 20, y: -80 }],
  ])
  it.each([
    ['middle', 'right', 'right'],
    ['right', 'right', 'far right'],
    ['middle', 'up', 'above'],
    ['middle', 'left', undefined],
    ['nobody', 'left', undefined],
  ] as const)('%s %s', (from, direction, to) => expect(stepTo(places, from, direction)).toBe(to))
})
