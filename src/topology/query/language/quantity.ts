/** The units of numbers, with their dimension and factor to the base unit. */
const units = {
  '%': { dimension: 'percent', factor: 1 },
  k: { dimension: 'count', factor: 1e3 },
  m: { dimension: 'count', factor: 1e6 },
  g: { dimension: 'count', factor: 1e9 },
  t: { dimension: 'count', factor: 1e12 },
  b: { dimension: 'bytes', factor: 1 },
  kb: { dimension: 'bytes', factor: 1e3 },
  mb: { dimension: 'bytes', factor: 1e6 },
  gb: { dimension: 'bytes', factor: 1e9 },
  tb: { dimension: 'bytes', factor: 1e12 },
  kib: { dimension: 'bytes', factor: 2 ** 10 },
  mib: { dimension: 'bytes', factor: 2 ** 20 },
  gib: { dimension: 'bytes', factor: 2 ** 30 },
  tib: { dimension: 'bytes', factor: 2 ** 40 },
  us: { dimension: 'time', factor: 1e-3 },
  ms: { dimension: 'time', factor: 1 },
  s: { dimension: 'time', factor: 1e3 },
  min: { dimension: 'time', factor: 60e3 },
  h: { dimension: 'time', factor: 3_600e3 },
} as const

export type Unit = keyof typeof units

/** What a number measures. Times are in milliseconds. */
export type Dimension = 'count' | 'percent' | 'bytes' | 'time'

/** A number with its unit, as written. */
export interface Quantity {
  readonly number: number
  readonly unit?: Unit
}

const isUnit = (text: string): text is Unit => Object.hasOwn(units, text)

// The number of digits is bounded, so that every number prints as a plain decimal and parses back to the same value.
const NUMBER = /^-?\d{1,15}(\.\d{1,6})?/

/** Parses a quantity such as `5`, `1.5g`, `20ms`, `10mb/s` or `-1`; undefined when the text is not one. */
export const parseQuantity = (text: string): Quantity | undefined => {
  const digits = NUMBER.exec(text)?.[0]
  if (digits === undefined) return undefined
  const unit = text
    .slice(digits.length)
    .toLowerCase()
    .replace(/^[µμ]s/, 'us')
    .replace(/(?<=b)\/s$/, '')
  // Adding 0 turns -0 into 0.
  const number = Number(digits) + 0
  if (unit === '') return { number }
  return isUnit(unit) ? { number, unit } : undefined
}

/** Formats a quantity so that {@link parseQuantity} can read it. */
export const printQuantity = ({ number, unit }: Quantity): string => `${number}${unit ?? ''}`

/**
 * Converts a quantity to the base unit of a dimension (one, percent, byte, millisecond).
 *
 * @returns undefined when the unit is of another dimension
 */
export const inBaseUnit = ({ number, unit }: Quantity, dimension: Dimension): number | undefined => {
  if (unit === undefined) return number
  const { dimension: measured, factor } = units[unit]
  // `k` and `m` mean thousands and millions of anything counted, so they are valid for bytes as well.
  const fits = measured === dimension || (measured === 'count' && dimension === 'bytes')
  return fits ? number * factor : undefined
}

/** Converts a quantity to the base unit of its own dimension. */
export const inOwnBaseUnit = ({ number, unit }: Quantity): number =>
  unit === undefined ? number : number * units[unit].factor

/** Descriptions with examples, for error messages and completion. */
export const quantityExamples: Readonly<Record<Dimension, string>> = {
  count: 'a number such as 5 or 2k',
  percent: 'a share such as 2 or 2%',
  bytes: 'bytes such as 300mb, 1.5g or 4096',
  time: 'a time such as 20ms, 1.5s or 20 (milliseconds)',
}
