import type { Glyph } from '../domain/node/glyph-of.ts'

/** Strokes of each icon on a grid of 24 × 24. */
const strokes: Readonly<Record<Glyph, string>> = {
  address: 'M12 5v14M5 12h14M7.5 7.5l9 9M16.5 7.5l-9 9',
  box: 'M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7zM4.5 7.7L12 12l7.5-4.3M12 12v8.5',
  browser: 'M3.5 5h17v14h-17zM3.5 9.5h17M6.5 7.25h.01M9 7.25h.01',
  chart: 'M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 1.8',
  code: 'M8.5 7l-5 5 5 5M15.500 7l5 5-5 5M13.500 5.500l-3 13',
  cpu: 'M7 7h10v10H7zM10 3.500V7M14 3.500V7M10 17v3.500M14 17v3.500M3.500 10H7M3.500 14H7M17 10h3.500M17 14h3.500',
  database:
    'M4.500 6.500C4.500 4.800 7.900 3.500 12 3.500s7.500 1.300 7.500 3-3.400 3-7.500 3-7.500-1.300-7.500-3zM4.500 6.500v11c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3v-11M4.500 12c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3',
  flash: 'M13.500 3L5 13.500h6L10.500 21 19 10.500h-6z',
  globe:
    'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM3.500 12h17M12 3.500c-5 5-5 12 0 17M12 3.500c5 5 5 12 0 17',
  layers: 'M12 4l8.500 4.500L12 13 3.500 8.500zM3.500 12.500L12 17l8.500-4.500M3.500 16L12 20.500 20.500 16',
  lock: 'M5.500 11h13v9h-13zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  magnifier: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500l5 5',
  prompt: 'M5 7l5 5-5 5M12.500 17.500H19',
  queue: 'M3.500 7.500h4.500v9H3.500zM9.750 7.500h4.500v9h-4.500zM16 7.500h4.500v9H16z',
  route:
    'M3.500 12H9l5-5.500h6M9 12l5 5.500h6M17.500 4l2.500 2.500L17.500 9M17.500 15l2.500 2.500-2.500 2.500',
  server: 'M4 4.500h16v6.500H4zM4 13h16v6.500H4zM7.500 7.750h.01M7.500 16.250h.01M11 7.750h5M11 16.250h5',
}

/** The path of an icon, as the attribute `d` of SVG has it. */
export function glyphText(glyph: Glyph): string {
  return strokes[glyph]
}

const paths = new Map<Glyph, Path2D>()

/** The path of an icon, 24 × 24, to be stroked. */
export function glyphPath(glyph: Glyph): Path2D {
  const known = paths.get(glyph)
  if (known) return known
  const path = new Path2D(strokes[glyph])
  paths.set(glyph, path)
  return path
}
