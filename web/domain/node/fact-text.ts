import type { MetadataRow } from '../../../src/api/types.ts'
import { bytes, count, microseconds } from '../words/format.ts'
import { ago, duration } from '../words/time.ts'

/** A fact as it is shown: the text, the exact value for a tooltip, and whether to set it in a monospaced font. */
export interface FactText {
  readonly shown: string
  readonly full: string
  readonly mono: boolean
  /** The entries of a list of several. */
  readonly items?: readonly string[]
}

/** Ids of rows whose number is an identifier (a pid, a port), and therefore not rounded. */
const names = /(^|_)(p?pid|ports?|code|id|tag)$/

/** Ids of rows whose value is a list, written `a, b, c`. */
const lists: ReadonlySet<string> = new Set([
  'listening_addresses',
  'docker_container_ips',
  'docker_container_networks',
  'docker_container_ports',
  'local_networks',
])

/** Formats a fact by its data type. A value that cannot be parsed as that type is shown unchanged. */
export function factText(row: MetadataRow, nowMs: number): FactText {
  const { value, dataType } = row
  const items = lists.has(row.id) ? value.split(', ') : []
  if (items.length > 1) return { shown: value, full: items.join('\n'), mono: true, items }
  const number = Number(value)
  const isNumber = value.trim() !== '' && Number.isFinite(number)
  switch (dataType) {
    case 'datetime': {
      const thenMs = Date.parse(value)
      if (Number.isNaN(thenMs)) break
      return { shown: ago(thenMs, nowMs), full: new Date(thenMs).toISOString(), mono: false }
    }
    case 'duration':
      if (!isNumber) break
      return { shown: duration(number), full: `${value} s`, mono: false }
    case 'microseconds':
      if (!isNumber) break
      return { shown: microseconds(number), full: `${value} µs`, mono: false }
    case 'bytes':
      if (!isNumber) break
      return { shown: bytes(number), full: `${value} B`, mono: false }
    case 'number':
      if (!isNumber) break
      return {
        shown: names.test(row.id) ? value : count(number),
        full: value,
        mono: false,
      }
    case 'ip':
    case 'code':
      return { shown: shortened(row), full: value, mono: true }
  }
  return { shown: shortened(row), full: value, mono: false }
}

function shortened({ value, truncate }: MetadataRow): string {
  return truncate !== undefined && value.length > truncate ? `${value.slice(0, truncate)}…` : value
}
