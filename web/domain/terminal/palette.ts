/** The tokens of the style sheet from which a terminal's colours come, as `#rrggbb`. */
export const paletteTokens = [
  '--bg',
  '--surface-2',
  '--text',
  '--text-2',
  '--accent',
  '--ok',
  '--warn',
  '--fail',
  '--c2',
  '--c3',
  '--control',
] as const

/** See {@link paletteTokens}. */
export type PaletteTokens = Readonly<Record<(typeof paletteTokens)[number], string>>

const parts = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) || 0)

/** Mixes two colours. @param share of the second one, from 0 to 1 */
export function mix(a: string, b: string, share: number): string {
  const other = parts(b)
  const mixed = parts(a).map((part, at) => Math.round(part * (1 - share) + (other[at] ?? 0) * share))
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** The colours of a terminal that belongs to the page, in its theme. The bright ones are nearer to the text's. */
export function paletteOf(tokens: PaletteTokens) {
  const text = tokens['--text']
  const bright = (colour: string) => mix(colour, text, 0.3)
  const [red, green, yellow] = [tokens['--fail'], tokens['--ok'], tokens['--warn']]
  const [blue, magenta, cyan] = [tokens['--accent'], tokens['--c3'], tokens['--c2']]
  return {
    background: tokens['--bg'],
    foreground: text,
    cursor: tokens['--accent'],
    cursorAccent: tokens['--bg'],
    selectionBackground: mix(tokens['--accent'], tokens['--bg'], 0.6),
    scrollbarSliderBackground: tokens['--surface-2'],
    scrollbarSliderHoverBackground: tokens['--control'],
    scrollbarSliderActiveBackground: tokens['--control'],
    black: tokens['--surface-2'],
    red,
    green,
    yellow,
    blue,
    magenta,
    cyan,
    white: tokens['--text-2'],
    brightBlack: tokens['--control'],
    brightRed: bright(red),
    brightGreen: bright(green),
    brightYellow: bright(yellow),
    brightBlue: bright(blue),
    brightMagenta: bright(magenta),
    brightCyan: bright(cyan),
    brightWhite: text,
  }
}

/** See {@link paletteOf}. */
export type Palette = ReturnType<typeof paletteOf>
