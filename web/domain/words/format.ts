/** Numbers as people read them: at most three significant digits, a unit where there is one. */

import type { MetricRow } from '../../../src/api/types.ts'
import { duration } from './time.ts'

const thinSpace = '\u202f'

/** At most three significant digits below a thousand, whole numbers with separators above. */
export function count(value: number): string {
  const size = Math.abs(value)
  // What would be rounded to a thousand of a unit is one of the next.
  if (size >= 999.5e6) return `${digits(value / 1e9)}${thinSpace}G`
  if (size >= 999.5e3) return `${digits(value / 1e6)}${thinSpace}M`
  if (size >= 1e4) return `${digits(value / 1e3)}${thinSpace}k`
  if (size >= 999.5) return Math.round(value).toLocaleString('en')
  return digits(value)
}

/** Bytes with decimal prefixes: 1.5 kB, 20 MB. */
export function bytes(value: number): string {
  let left = value
  for (const unit of ['B', 'kB', 'MB', 'GB', 'TB']) {
    if (Math.abs(left) < 999.5 || unit === 'TB') return `${digits(left)}${thinSpace}${unit}`
    left /= 1000
  }
  return ''
}

/** A rate per second; below 0.1/s it is shown per minute. */
export function perSecond(value: number): string {
  if (value > 0 && value < 0.1) return `${digits(value * 60)}/min`
  return `${count(value)}/s`
}

/** Bytes per second. */
export function bytesPerSecond(value: number): string {
  return `${bytes(value)}/s`
}

/** A percentage. @param value 0 to 100 */
export function percent(value: number): string {
  const size = Math.abs(value)
  return `${size >= 10 ? Math.round(value) : digits(Math.round(value * 10) / 10)}${thinSpace}%`
}

/** A length of time given in microseconds. */
export function microseconds(value: number): string {
  if (value < 999.5) return `${digits(value)}${thinSpace}µs`
  if (value < 999_500) return `${digits(value / 1000)}${thinSpace}ms`
  if (value < 59_950_000) return `${digits(value / 1_000_000)}${thinSpace}s`
  return duration(Math.round(value / 1_000_000))
}

/** A metric's value, formatted as its `format` says. */
export function metricValue(format: MetricRow['format'], value: number): string {
  switch (format) {
    case 'percent':
      return percent(value)
    case 'filesize':
      return bytes(value)
    case 'rate':
      return bytesPerSecond(value)
    case 'integer':
      return count(Math.round(value))
    case 'number':
      return count(value)
  }
}

/** A number with its noun: `1 node`, `12 nodes`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A name such as `secondsSinceSnapshot` as words. */
export function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function digits(value: number): string {
  return Number(value.toPrecision(3)).toString()
}
