import { describe, expect, it } from 'vitest'
import { toScreen } from '../../../../web/draw/camera.ts'
import { isOn, type MinimapInput, minimapOf, panTo } from '../../../../web/map/minimap/minimap.ts'
import { settings } from '../../../../web/settings.ts'

const look = settings.minimap
const input: MinimapInput = {
  extent: { left: 0, right: 2000, top: 0, bottom: 1000 },
  camera: { zoom: 1, x: 0, y: 0 },
  size: { width: 1400, height: 850 },
  coveredRight: 0,
  bottom: 150,
}

describe('a minimap', () => {
  it('is there where not all is in sight, unless the page is narrow or there is nothing', () => {
    expect(minimapOf(input, look)).toBeDefined()
    expect(minimapOf({ ...input, camera: { zoom: 0.5, x: 100, y: 100 } }, look)).toBeUndefined()
    expect(
      minimapOf({ ...input, camera: { zoom: 0.5, x: 100, y: 100 }, coveredRight: 500 }, look),
    ).toBeDefined()
    expect(minimapOf({ ...input, size: { width: 390, height: 800 } }, look)).toBeUndefined()
    expect(minimapOf({ ...input, extent: undefined }, look)).toBeUndefined()
  })

  it('holds all of the map, and is left of a card', () => {
    for (const coveredRight of [0, 412]) {
      const minimap = minimapOf({ ...input, coveredRight }, look)
      if (!minimap) throw new Error('there is none')
      for (const corner of [
        { x: 0, y: 0 },
        { x: 2000, y: 1000 },
      ])
        expect(isOn(minimap, toScreen(minimap.camera, corner))).toBe(true)
      expect(minimap.frame.right).toBeLessThan(1400 - coveredRight)
      expect(minimap.frame.bottom).toBe(700)
    }
  })

  it('has what is in sight as a part of it, also of a map that is out of sight', () => {
    const minimap = minimapOf(input, look)
    const { frame, sight, camera } = minimap ?? { frame: undefined }
    if (!frame) throw new Error('there is none')
    expect(sight.right - sight.left).toBeCloseTo(toScreen(camera, { x: 1400, y: 0 }).x - sight.left)
    expect(sight.bottom).toBeLessThan(frame.bottom)
    const away = minimapOf({ ...input, camera: { zoom: 1, x: -90_000, y: 0 } }, look)
    expect(away?.sight).toMatchObject({ left: frame.right, right: frame.right })
  })

  it('brings what is pressed to the middle of what is in sight', () => {
    const minimap = minimapOf(input, look)
    if (!minimap) throw new Error('there is none')
    const pressed = { x: 1700, y: 200 }
    const { dx, dy } = panTo(minimap, toScreen(minimap.camera, pressed), { ...input, coveredRight: 400 })
    const { camera } = input
    const then = toScreen({ ...camera, x: camera.x + dx, y: camera.y + dy }, pressed)
    expect(then.x).toBeCloseTo(500)
    expect(then.y).toBeCloseTo(425)
  })
})
