import { describe, expect, it } from 'vitest'
import { between, cameraAt, fit, sightOf, toMap, toScreen, zoomAt } from '../../../web/draw/camera.ts'

const size = { width: 1000, height: 600 }
const limits = { min: 0.1, max: 2 }

describe('camera', () => {
  it('goes there and back', () => {
    const camera = { zoom: 1.5, x: 30, y: -20 }
    expect(toMap(camera, toScreen(camera, { x: 7, y: 9 }))).toEqual({ x: 7, y: 9 })
  })

  it.each([0.5, 2, 100])('keeps what is under the pointer when zooming by %d', (factor) => {
    const camera = { zoom: 1, x: 10, y: 20 }
    const at = { x: 300, y: 200 }
    const next = zoomAt(camera, at, factor, limits)
    expect(toMap(next, at).x).toBeCloseTo(toMap(camera, at).x)
    expect(next.zoom).toBeLessThanOrEqual(limits.max)
  })

  it('fits a box between the paddings', () => {
    const padding = { top: 50, right: 400, bottom: 50, left: 50 }
    const box = { left: -500, right: 500, top: -100, bottom: 100 }
    const camera = fit(box, size, padding, limits)
    expect(toScreen(camera, { x: -500, y: 0 }).x).toBeCloseTo(50)
    expect(toScreen(camera, { x: 500, y: 0 }).x).toBeCloseTo(600)
    expect(toScreen(camera, { x: 0, y: 0 }).y).toBeCloseTo(300)
  })

  it('does not blow up a small map', () => {
    const box = { left: 0, right: 1, top: 0, bottom: 1 }
    expect(fit(box, size, { top: 0, right: 0, bottom: 0, left: 0 }, limits).zoom).toBe(2)
  })

  it('looks at the same place with the same zoom, whatever the size of the canvas', () => {
    const padding = { top: 60, right: 20, bottom: 40, left: 20 }
    const sight = { x: 120, y: -40, zoom: 1.5 }
    for (const at of [size, { width: 390, height: 800 }]) {
      const camera = cameraAt(sight, at, padding)
      expect(sightOf(camera, at, padding)).toEqual(sight)
      expect(toScreen(camera, sight)).toEqual({ x: at.width / 2, y: at.height / 2 + 10 })
    }
  })

  it('travels from one to another', () => {
    const from = { zoom: 1, x: 0, y: 0 }
    const to = { zoom: 2, x: 100, y: 50 }
    expect(between(from, to, 0)).toEqual(from)
    expect(between(from, to, 1)).toEqual(to)
    expect(between(from, to, 0.5).zoom).toBeCloseTo(Math.SQRT2)
  })
})
