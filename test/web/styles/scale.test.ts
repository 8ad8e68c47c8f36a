import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settings } from '../../../web/settings.ts'

const web = new URL('../../../web/', import.meta.url)
/** The declarations of all components, but for those of paper, which has a scale of its own. */
const declarations = globSync('components/**/*.css', { cwd: web })
  .filter((path) => !path.endsWith('/print.css'))
  .flatMap((path) =>
    readFileSync(new URL(path, web), 'utf8')
      .replace(/\/\*.*?\*\//gs, '')
      .split(/[{};]/)
      .map((one) => `${path}: ${one.trim()}`),
  )

it('components have sizes of text of the scale only', () => {
  const sizes = declarations.filter((one) => /: font(-size)?:/.test(one))
  expect(sizes.length).toBeGreaterThan(50)
  expect(sizes.filter((one) => !/: font(-size)?: (inherit$|.*var\(--(s|m|l|xl)\))/.test(one))).toEqual([])
})

it('components name no colour', () => {
  expect(declarations.filter((one) => /#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch|lab)\(/i.test(one))).toEqual([])
})

it('the map has sizes of text of the scale only', () => {
  expect([11, 13, 15, 20]).toContain(settings.network.textSize)
})
