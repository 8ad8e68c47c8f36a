import { expect, test } from 'vitest'
import { isWorthPainting, type Pictures } from '../../../../../web/map/engine/frame/worth-painting.ts'

const size = { width: 100, height: 100 }
const limits = { paintMs: 6, paintShare: 0.25, stretchMost: 1.6, staleMs: 10_000 }
const painted = { zoom: 1, x: 0, y: 0 }
const panned = { zoom: 1, x: -30, y: 0 }
/** Slow pictures, of a map that reaches beyond the screen, while the camera moves. */
const slow: Pictures = {
  ...{ camera: panned, painted, costMs: 50, isStale: false, isMoving: true, sinceMs: 1000 },
  extent: { left: -200, right: 200, top: 10, bottom: 90 },
}
const within = { left: 10, right: 90, top: 10, bottom: 90 }

const cases: readonly (readonly [string, Partial<Pictures>, boolean])[] = [
  ['the camera is where it was', { camera: painted, isMoving: false }, false],
  ['part of the map is missing', {}, true],
  ['all of the map that is in sight was so before', { extent: within }, false],
  ['there is nothing on the map', { extent: undefined }, false],
  ['part is missing, but it took too much of the time already', { sinceMs: 190 }, false],
  ['part is missing, and it took little enough of the time', { sinceMs: 201 }, true],
  ['it is quick', { costMs: 6, extent: within, sinceMs: 0 }, true],
  ['the camera rests', { isMoving: false, extent: within, sinceMs: 0 }, true],
  [
    'the content has changed and the camera is where it was',
    { camera: painted, isStale: true, isMoving: false },
    true,
  ],
  ['the content has changed while the camera moves', { isStale: true, extent: within }, false],
  ['the content has changed, and it is quick', { isStale: true, extent: within, costMs: 6 }, true],
  ['the content has changed long ago', { isStale: true, extent: within, sinceMs: 10_000 }, true],
  ['it is stretched a little', { camera: { zoom: 1.5, x: 0, y: 0 }, extent: within }, false],
  ['it is stretched much', { camera: { zoom: 1.7, x: 0, y: 0 }, extent: within }, true],
  ['it shrinks much', { camera: { zoom: 0.5, x: 0, y: 0 }, extent: within }, true],
]

test.each(cases)('the pictures are drawn anew or not when %s', (_, more, worth) => {
  expect(isWorthPainting({ ...slow, ...more }, size, limits)).toBe(worth)
})
