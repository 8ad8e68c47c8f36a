import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const sheet = readFileSync(new URL('../../../web/styles/tokens.css', import.meta.url), 'utf8')

/** The hexadecimal colours that rules with a selector set, by token. */
const colours = (selected: string): Record<string, string> =>
  Object.fromEntries(
    [...sheet.matchAll(/([^{}]*)\{([^{}]*)\}/g)]
      .filter(([, selector = '']) => selector.trim().endsWith(selected))
      .flatMap(([, , body = '']) => [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)])
      .map(([, name = '', value = '']) => [name, value]),
  )

const dark = colours(':root[data-theme="dark"]')
const light = colours(':root[data-theme="light"]')
const themes: Record<string, Record<string, string>> = {
  dark,
  light,
  'dark, high contrast': { ...dark, ...colours(':root[data-contrast="more"]') },
  'light, high contrast': { ...light, ...colours(':root[data-contrast="more"][data-theme="light"]') },
}

it('all themes set the same colours', () => {
  expect(Object.keys(light).sort()).toEqual(Object.keys(dark).sort())
  const inDark = Object.keys(colours(':root[data-contrast="more"]'))
  // What one high contrast theme sets would else be that of the other.
  expect(Object.keys(colours(':root[data-contrast="more"][data-theme="light"]'))).toEqual(inDark)
  expect(inDark.length).toBeGreaterThan(10)
})

/** Relative luminance of a colour, as WCAG 2.2 defines it. */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast of two colours, 1 to 21. */
const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['bg', 'bg-2', 'surface', 'surface-2']
const texts = ['text', 'text-2', 'accent', 'ok', 'warn', 'fail']
const marks = ['control', 'traffic', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8']

it('is computed as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.each(Object.keys(themes))('the colours of the theme: %s', (name) => {
  const theme = themes[name] ?? {}
  const tooFaint = (tokens: readonly string[], on: readonly string[], least: number) =>
    tokens.flatMap((token) =>
      on.flatMap((ground) => {
        const ratio = contrast(theme[token] ?? '', theme[ground] ?? '')
        return ratio >= least ? [] : [`${token} on ${ground}: ${ratio.toFixed(2)}`]
      }),
    )

  it('give text at least 4.5 to 1, in high contrast at least 7', () => {
    expect(tooFaint(texts.slice(0, 2), grounds, name.includes('high') ? 7 : 4.5)).toEqual([])
    expect(tooFaint(texts, grounds, 4.5)).toEqual([])
    expect(tooFaint(['on-accent'], ['accent'], 4.5)).toEqual([])
  })

  it('give marks, and borders of what can be pressed, at least 3 to 1', () => {
    expect(tooFaint(marks, grounds, 3)).toEqual([])
    expect(tooFaint(['edge'], ['bg'], name.includes('high') ? 3 : 2)).toEqual([])
  })
})
