import { describe, expect, it } from 'vitest'
import { type Camera, type CanvasSize, toScreen } from '../../../web/draw/camera.ts'
import { fitAll, isInCorner } from '../../../web/draw/fit-all.ts'

const size = { width: 1000, height: 600 }
const limits = { min: 0.1, max: 2 }

describe('all of a map', () => {
  const padding = { top: 50, right: 20, bottom: 50, left: 20 }
  const corner = { right: 80, bottom: 300 }
  const box = (x: number, y: number) => ({ left: x - 20, right: x + 20, top: y - 20, bottom: y + 20 })
  const wide = [box(0, 0), box(1000, 0), box(0, 300), box(1000, 300)]
  const show = (boxes: readonly ReturnType<typeof box>[], at: CanvasSize, covered?: typeof corner): Camera =>
    fitAll(boxes, at, padding, covered, limits) ?? { zoom: 0, x: 0, y: 0 }

  it('leaves out the corner that is covered, as a column or as a row, where a node would be in it', () => {
    const tall = [box(0, 0), box(300, 0), box(0, 1000), box(300, 1000)]
    for (const [boxes, at] of [
      [wide, size],
      [wide, { width: 390, height: 844 }],
      [tall, size],
      [tall, { width: 390, height: 844 }],
    ] as const) {
      const camera = show(boxes, at, corner)
      expect(isInCorner(camera, boxes, at, corner)).toBe(false)
      for (const { left, right, top, bottom } of boxes) {
        const [upper, lower] = [
          toScreen(camera, { x: left, y: top }),
          toScreen(camera, { x: right, y: bottom }),
        ]
        expect(Math.min(upper.x - padding.left, upper.y - padding.top)).toBeGreaterThanOrEqual(-1e-6)
        expect(lower.x).toBeLessThanOrEqual(at.width - padding.right + 1e-6)
        expect(lower.y).toBeLessThanOrEqual(at.height - padding.bottom + 1e-6)
      }
    }
    // A column of 80 pixels costs a wide map less than a row of 300 does.
    expect(show(wide, size, corner).zoom).toBeGreaterThan(0.8 * show(wide, size).zoom)
  })

  it('is as large as ever where no node is in that corner', () => {
    const besides = wide.slice(0, 3)
    expect(show(besides, size, corner)).toEqual(show(besides, size))
  })

  it('is nothing without nodes', () => {
    expect(fitAll([], size, padding, corner, limits)).toBeUndefined()
  })
})
