import { expect, it } from 'vitest'
import { isFitted, type PlacedMap } from '../../../web/map/when-to-fit.ts'

const grown: PlacedMap = {
  ...{ whole: false, first: false, regrouped: false, asked: false, following: false },
  box: { left: 0, top: 0, right: 100, bottom: 100 },
  camera: { zoom: 1, x: 50, y: 50 },
  size: { width: 1000, height: 700 },
}
const away = { camera: { zoom: 1, x: 2000, y: 50 } }

it.each<[string, Partial<PlacedMap>, boolean]>([
  ['some nodes are new', {}, false],
  ['some nodes are new, and the camera follows', { following: true }, false],
  ['it is the first layout of a view', { first: true }, true],
  [
    'it is the first layout, of a map moved before in another view',
    { first: true, whole: true, ...away },
    true,
  ],
  ['all was laid out, and the camera follows', { whole: true, following: true }, true],
  ['all was laid out, and somebody moved the map', { whole: true }, false],
  ['all was laid out elsewhere than where somebody moved the map', { whole: true, ...away }, true],
  ['somebody asked for it after moving the map', { whole: true, asked: true }, true],
  ['groups were opened, and the camera follows', { regrouped: true, following: true }, true],
  ['groups were opened, and somebody moved the map', { regrouped: true }, false],
  ['some nodes are new, out of sight', { ...away }, false],
])('%s', (_name, how, fitted) => {
  expect(isFitted({ ...grown, ...how })).toBe(fitted)
})
