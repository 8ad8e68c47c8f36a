import type * as z from 'zod'
import { type MessageBytes, unreadable } from './message-bytes.ts'

/** Reads one value. @throws {Unreadable} when it is not what the schema takes */
export type Reader<Value> = (bytes: MessageBytes) => Value

/** What is read, or a part of it. */
export type Schema = z.core.$ZodType

/** A check of a schema. */
export type CheckDef =
  | z.core.$ZodCheckMinLengthDef
  | z.core.$ZodCheckMaxLengthDef
  | { readonly check: 'greater_than' | 'less_than'; readonly value: number; readonly inclusive: boolean }
  | { readonly check: 'custom'; readonly fn: (value: never) => unknown }
  | { readonly check: 'string_format' }

/** What a schema is read by. */
export interface Made {
  readonly read: Reader<unknown>
  /** How many arrays and maps are nested in what is read, at most. */
  readonly depth: number
}

/** @throws {TypeError} */
export const unknown = (what: string): never => {
  throw new TypeError(`nothing reads ${what} of a schema`)
}

/** Of a number, or of the length of a text. */
interface Bounds {
  readonly least: number
  readonly most: number
}

/**
 * Reads numbers and texts of which nothing is asked but bounds, as of nearly all, in one step: there are thousands of them in a message.
 *
 * @returns undefined for any other schema
 */
export const boundedReader = (schema: Schema): Made | undefined => {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type !== 'number' && def.type !== 'string') return undefined
  const bounds = boundsOf(schema)
  if (bounds === undefined) return undefined
  const { least, most } = bounds
  if (def.type === 'number') return numberReader(schema, bounds)
  return {
    depth: 0,
    read(bytes) {
      const text = bytes.text()
      return text.length >= least && text.length <= most ? text : unreadable()
    },
  }
}

/** The bounds that a schema sets; undefined when it asks anything else. */
const boundsOf = ({ _zod: { def } }: Schema): Bounds | undefined => {
  if ((def as { check?: string }).check === 'string_format') return undefined
  let [least, most] = [-Infinity, Infinity]
  for (const check of def.checks ?? []) {
    const asked = check._zod.def as unknown as CheckDef
    if (asked.check === 'min_length') least = Math.max(least, asked.minimum)
    else if (asked.check === 'max_length') most = Math.min(most, asked.maximum)
    else if (asked.check === 'greater_than' && asked.inclusive) least = Math.max(least, asked.value)
    else if (asked.check === 'less_than' && asked.inclusive) most = Math.min(most, asked.value)
    else return undefined
  }
  return { least, most }
}

const ANY: Bounds = { least: -Infinity, most: Infinity }

/** Reads a number within bounds; any number by default. */
export const numberReader = (schema: Schema, { least, most }: Bounds = ANY): Made => {
  const { def } = schema._zod as unknown as { def: { format?: string } }
  if (def.format === undefined)
    return {
      depth: 0,
      read(bytes) {
        const value = bytes.number()
        return value >= least && value <= most && Number.isFinite(value) ? value : unreadable()
      },
    }
  if (def.format !== 'safeint') unknown(`the format ${def.format}`)
  return {
    depth: 0,
    read(bytes) {
      const value = bytes.number()
      return value >= least && value <= most && Number.isSafeInteger(value) ? value : unreadable()
    },
  }
}
