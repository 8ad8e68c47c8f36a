import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { needImage } from './need-image.ts'

it.each([
  ['e2e/image/build.test.ts', true],
  ['e2e/docker/launcher.test.ts', true],
  ['e2e/demo.test.ts', false],
  ['report/delta/delta.test.ts', false],
])('%s needs the image: %s', (file, expected) => {
  expect(needImage([join(checkout.root, 'test', file)])).toBe(expected)
})

it('is needed when one of several files needs it', () => {
  const files = ['e2e/demo.test.ts', 'e2e/image/container.test.ts']
  expect(needImage(files.map((file) => join(checkout.root, 'test', file)))).toBe(true)
  expect(needImage([])).toBe(false)
})
