import { fitMiddle, inTwoLines } from '../../domain/words/text.ts'
import type { Settings } from '../../settings.ts'
import type { Canvas2D } from '../frame.ts'

/** Kinds of label text: names, names in the small size, second lines. */
export type TextKind = 'name' | 'small' | 'minor'

/** Measures and shortens texts, and caches the results. */
export interface TextMeasure {
  font(kind: TextKind): string
  width(text: string, kind: TextKind): number
  /** The text, with `…` for its middle where it is wider than `widthMax` pixels. */
  fitted(text: string, kind: TextKind, widthMax: number): string
  /** The text in two lines; undefined where it cannot be broken into narrower lines. */
  parted(text: string, kind: TextKind): readonly string[] | undefined
}

/** Browsers keep about 1.5 kB for each text that a canvas has measured, for as long as the canvas lives when nothing is drawn on it. */
const MEASURED_MOST = 1_000

/**
 * Creates a measure. Each cache is emptied when it exceeds 20,000 entries.
 *
 * @param newContext makes the context of a canvas that nothing is drawn on; another one after every 1,000 texts measured
 */
export function createTextMeasure(
  newContext: () => Canvas2D,
  family: string,
  look: Settings['label'],
): TextMeasure {
  let ctx = newContext()
  let measuredOn = 0
  const fonts: Readonly<Record<TextKind, string>> = {
    name: `600 ${look.nameSize}px ${family}`,
    small: `600 ${look.minorSize}px ${family}`,
    minor: `400 ${look.minorSize}px ${family}`,
  }
  const widths = {
    name: new Map<string, number>(),
    small: new Map<string, number>(),
    minor: new Map<string, number>(),
  }
  const fits = new Map<string, string>()
  const partings = new Map<string, readonly string[] | undefined>()

  const width = (text: string, kind: TextKind): number => {
    const held = widths[kind]
    const known = held.get(text)
    if (known !== undefined) return known
    if (held.size > 20_000) held.clear()
    if (measuredOn++ >= MEASURED_MOST) {
      ctx = newContext()
      measuredOn = 1
    }
    ctx.font = fonts[kind]
    const measured = ctx.measureText(text).width
    held.set(text, measured)
    return measured
  }

  return {
    font: (kind) => fonts[kind],
    width,
    fitted(text, kind, widthMax) {
      const key = `${kind}${widthMax} ${text}`
      const known = fits.get(key)
      if (known !== undefined) return known
      if (fits.size > 20_000) fits.clear()
      const fitted = fitMiddle(text, widthMax, (one) => width(one, kind))
      fits.set(key, fitted)
      return fitted
    },
    parted(text, kind) {
      const key = `${kind}${text}`
      if (partings.has(key)) return partings.get(key)
      if (partings.size > 20_000) partings.clear()
      const lines = inTwoLines(text, (one) => width(one, kind))
      partings.set(key, lines)
      return lines
    },
  }
}
