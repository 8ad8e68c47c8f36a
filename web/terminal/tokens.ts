import { type Palette, type PaletteTokens, paletteOf, paletteTokens } from '../domain/terminal/palette.ts'

/** The colours of terminals in the page's present theme. */
export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const values = paletteTokens.map((name) => [name, style.getPropertyValue(name).trim()])
  return paletteOf(Object.fromEntries(values) as PaletteTokens)
}

/** The monospace stack of the page. */
export function monospace(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--mono').trim()
}
