import { expect, test } from 'vitest'
import { outlineOf } from '../../../web/icons/outline.ts'

test('the outline of an icon is one path of all its shapes', () => {
  expect(
    outlineOf([
      ['circle', { cx: '12', cy: '5', r: '2' }],
      ['path', { d: 'M1 1h2' }],
      ['line', { x1: '3', x2: '7', y1: '1', y2: '9' }],
      ['rect', { width: '4', height: '2', x: '1', y: '8' }],
    ]),
  ).toBe(
    'M14 5 A2 2 0 0 1 12 7 A2 2 0 0 1 10 5 A2 2 0 0 1 14 5 zM0 0M1 1h2M0 0M3 1 L7 9M0 0M1 8 H5 V10 H1 V8 z',
  )
})

test('shapes that are no path are told by what they are made of, such as round corners', () => {
  expect(outlineOf([['rect', { width: '4', height: '4', x: '0', y: '0', rx: '1' }]])).toContain('A1 1 0 0 1')
})

test('a shape that begins with a step does not depend on the one before', () => {
  const outline = outlineOf([
    ['path', { d: 'M5 5h9' }],
    ['path', { d: 'm2 3 4 4' }],
  ])
  expect(outline).toBe('M5 5h9M0 0m2 3 4 4')
})
