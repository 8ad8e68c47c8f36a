import { Packr } from 'msgpackr'
import type * as z from 'zod'
import {
  boundedReader,
  type CheckDef,
  type Made,
  numberReader,
  type Reader,
  type Schema,
  unknown,
} from './bounded-reader.ts'
import { type EncodedText, encodedText, unreadable } from './message-bytes.ts'

type Of<Type extends z.core.$ZodTypes['_zod']['def']['type']> = Extract<
  z.core.$ZodTypes,
  { _zod: { def: { type: Type } } }
>['_zod']['def']
type Accepts = (value: never) => boolean
/**
 * Makes from a schema what reads a value of it directly from MessagePack. The schema and nothing else says what is taken: a value
 * is returned only if the schema takes what the bytes are, and it is the same as the schema would return (though nothing is frozen).
 *
 * Not everything that the schema takes is read: it may be MessagePack that no encoder writes, such as a short text with a long
 * length. Then the schema has to decide.
 *
 * @throws {TypeError} when the schema has parts that it does not know
 */
export const readerOf = <Value>(
  schema: z.ZodType<Value>,
): { readonly read: Reader<Value>; readonly depth: number } =>
  make(schema) as { read: Reader<Value>; depth: number }

const make = (schema: Schema): Made => {
  const bounded = boundedReader(schema)
  if (bounded !== undefined) return bounded
  const made = makeUnchecked(schema)
  const accepts = checksOf(schema)
  if (accepts.length === 0) return made
  const { read, depth } = made
  if (accepts.length === 1) {
    const [accept] = accepts as [Accepts]
    return {
      depth,
      read(bytes) {
        const value = read(bytes) as never
        return accept(value) ? value : unreadable()
      },
    }
  }
  return {
    depth,
    read(bytes) {
      const value = read(bytes) as never
      for (const accept of accepts) if (!accept(value)) unreadable()
      return value
    },
  }
}

const makeUnchecked = (schema: Schema): Made => {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'string':
      return { depth: 0, read: (bytes) => bytes.text() }
    case 'number':
      return numberReader(schema)
    case 'boolean':
      return { depth: 0, read: (bytes) => bytes.boolean() }
    case 'null':
      return { depth: 0, read: (bytes) => bytes.nil() }
    case 'literal':
      return oneOf(new Set(def.values))
    case 'enum':
      return oneOf(new Set(Object.values(def.entries)))
    case 'nullable':
      return nullableReader(make(def.innerType))
    case 'readonly':
      return make(def.innerType)
    case 'array':
      return arrayReader(make(def.element))
    case 'tuple':
      return def.rest === null ? tupleReader(def.items.map(make)) : unknown('the rest of a tuple')
    case 'union':
      return unionReader(def.options)
    case 'record':
      return recordReader(make(def.keyType), make(def.valueType))
    case 'object':
      return structReader(def)
    default:
      return unknown(`the type ${def.type}`)
  }
}

const oneOf = (values: ReadonlySet<unknown>): Made => {
  const kinds = [...new Set([...values].map((value) => typeof value))]
  const read = readerOfKind(kinds.length === 1 ? kinds[0] : undefined)
  return {
    depth: 0,
    read(bytes) {
      const value = read(bytes)
      return values.has(value) ? value : unreadable()
    },
  }
}

const readerOfKind = (kind: string | undefined): Reader<unknown> => {
  switch (kind) {
    case 'string':
      return (bytes) => bytes.text()
    case 'number':
      return (bytes) => bytes.number()
    case 'boolean':
      return (bytes) => bytes.boolean()
    default:
      return unknown('such a literal')
  }
}

const NIL = 0xc0

const nullableReader = ({ read, depth }: Made): Made => ({
  depth,
  read: (bytes) => (bytes.nextType === NIL ? bytes.nil() : read(bytes)),
})

/** Longer arrays grow as they are read, so that a length that is declared takes no memory by itself. */
const MADE_AT_ONCE = 1024

const arrayReader = ({ read, depth }: Made): Made => ({
  depth: depth + 1,
  read(bytes) {
    const size = bytes.array()
    if (size > MADE_AT_ONCE) {
      const values: unknown[] = []
      for (let index = 0; index < size; index++) values.push(read(bytes))
      return values
    }
    const values = new Array<unknown>(size)
    for (let index = 0; index < size; index++) values[index] = read(bytes)
    return values
  },
})

const tupleReader = (items: readonly Made[]): Made => {
  const size = items.length
  const [first, second] = items
  const depth = 1 + Math.max(...items.map((item) => item.depth))
  if (size !== 2 || first === undefined || second === undefined) return unknown('a tuple that is no pair')
  return {
    depth,
    read: (bytes) => (bytes.array() === 2 ? [first.read(bytes), second.read(bytes)] : unreadable()),
  }
}

/** What kind of value a type byte begins. */
const kindOf = (type: number): string => {
  if (type <= 0x7f || type >= 0xe0 || (type >= 0xca && type <= 0xd3)) return 'number'
  if (type <= 0x8f || type === 0xde || type === 0xdf) return 'object'
  if (type <= 0x9f || type === 0xdc || type === 0xdd) return 'array'
  if (type <= 0xbf || (type >= 0xd9 && type <= 0xdb)) return 'string'
  if (type === 0xc2 || type === 0xc3) return 'boolean'
  return 'other'
}

/** Of several options for one kind of value, only texts are told apart. */
const unionReader = (options: readonly Schema[]): Made => {
  const byKind = Map.groupBy(options, ({ _zod: { def } }) => def.type as string)
  const readers = new Map<string, Made>()
  for (const [kind, [only, ...others]] of byKind) {
    if (!['string', 'number', 'boolean', 'array'].includes(kind)) unknown(`the option ${kind}`)
    if (others.length === 0) readers.set(kind, make(only as Schema))
    else if (kind === 'string') readers.set(kind, textReader([only as Schema, ...others]))
    else unknown(`two options ${kind}`)
  }
  const byType = Array.from({ length: 256 }, (_, type) => readers.get(kindOf(type))?.read ?? unreadable)
  return {
    depth: Math.max(...[...readers.values()].map(({ depth }) => depth)),
    read: (bytes) => (byType[bytes.nextType ?? 0xc1] as Reader<unknown>)(bytes),
  }
}

const textReader = (options: readonly Schema[]): Made => {
  const accepted = options.map(checksOf)
  return {
    depth: 0,
    read(bytes) {
      const text = bytes.text() as never
      return accepted.some((checks) => checks.every((accept) => accept(text))) ? text : unreadable()
    },
  }
}

const recordReader = (key: Made, value: Made): Made => ({
  depth: value.depth + 1,
  read(bytes) {
    const record: Record<string, unknown> = {}
    for (let left = bytes.map(); left > 0; left--) {
      const name = key.read(bytes) as string
      if (name === '__proto__' || Object.hasOwn(record, name)) unreadable()
      record[name] = value.read(bytes)
    }
    return record
  },
})

interface Field {
  readonly name: string
  /** The name as MessagePack. */
  readonly encoded: EncodedText
  readonly read: Reader<unknown>
  /** Whether it may be absent; when it has a `default`, it is that. */
  readonly mayBeAbsent: boolean
  readonly whenAbsent?: (() => unknown) | undefined
}

const packr = new Packr({ useRecords: false })

/** Most characters that the name of a field has. */
export const MAX_FIELD_NAME = 31

const fieldOf = (name: string, schema: Schema): Field & { readonly depth: number } => {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (name.length > MAX_FIELD_NAME) unknown(`the long name ${name}`)
  const encoded = encodedText(packr.pack(name))
  if (def.type !== 'optional' && def.type !== 'default')
    return { name, encoded, ...make(schema), mayBeAbsent: false }
  if (checksOf(schema).length > 0) unknown('the checks of what may be absent')
  const field = { name, encoded, ...make(def.innerType), mayBeAbsent: true }
  return def.type === 'optional' ? field : { ...field, whenAbsent: () => def.defaultValue }
}

/** Which of some fields are so: bit 0 stands for the first. */
const bitsOf = (fields: readonly Field[], is: (field: Field) => boolean): number =>
  fields.reduce((bits, field, at) => (is(field) ? bits | (1 << at) : bits), 0)

const structReader = ({ shape, catchall }: Of<'object'>): Made => {
  if (catchall?._zod.def.type !== 'never') unknown('a map that is not strict')
  const fields = Object.entries(shape).map(([name, schema]) => fieldOf(name, schema))
  const count = fields.length
  const required = bitsOf(fields, ({ mayBeAbsent }) => !mayBeAbsent)
  const withDefault = bitsOf(fields, ({ whenAbsent }) => whenAbsent !== undefined)
  const values = new Array<unknown>(count).fill(null)
  const structOf = structs(Object.keys(shape))
  return {
    depth: 1 + Math.max(...fields.map(({ depth }) => depth)),
    read(bytes) {
      let present = 0
      let next = 0
      for (let left = bytes.map(); left > 0; left--) {
        let at = next
        // most come in the order of the schema, with some left out
        while (!bytes.isNext((fields[at] as Field).encoded)) {
          at = at + 1 === count ? 0 : at + 1
          if (at === next) unreadable()
        }
        if (present & (1 << at)) unreadable()
        values[at] = (fields[at] as Field).read(bytes)
        present |= 1 << at
        next = at + 1 === count ? 0 : at + 1
      }
      if ((present & required) !== required) unreadable()
      if ((present & withDefault) !== withDefault) {
        for (let at = 0; at < count; at++) {
          const bit = 1 << at
          if (present & bit || !(withDefault & bit)) continue
          values[at] = (fields[at] as Field).whenAbsent?.()
          present |= bit
        }
      }
      return structOf(present)(values)
    },
  }
}

/** Those that an integer of 32 bits has room for. */
const MAX_FIELDS = 32
const MAX_KINDS = 64

/** Makes an object of the values of all fields, those that it does not have included. */
type MakeStruct = (values: readonly unknown[]) => Record<string, unknown>

/**
 * Makes objects that have certain fields.
 *
 * @param names of all fields that there may be
 * @returns finds what makes those with some of them: bit 0 stands for the first name
 */
const structs = (names: readonly string[]): ((present: number) => MakeStruct) => {
  if (names.length > MAX_FIELDS) unknown(`more than ${MAX_FIELDS} fields`)
  const made = new Map<number, MakeStruct>()
  let lastPresent = -1
  let last: MakeStruct | undefined
  return (present) => {
    if (present === lastPresent && last !== undefined) return last
    lastPresent = present
    last = made.get(present) ?? makeStruct(names, present)
    if (made.size >= MAX_KINDS) made.clear()
    made.set(present, last)
    return last
  }
}

/**
 * Compiles an object literal, since V8 makes one with just the room that it needs, and quickly. An object to which fields are added one by
 * one takes several times as much memory, and a copy of another with the same fields twice the time.
 */
const makeStruct = (names: readonly string[], present: number): MakeStruct => {
  const fields = names.flatMap((name, at) =>
    present & (1 << at) ? [`${JSON.stringify(name)}: values[${at}]`] : [],
  )
  const make = new Function('values', `return { ${fields.join(', ')} }`) as MakeStruct
  // V8 would make a number of its own for each field that began as one: let them begin as anything else.
  make(names.map(() => null))
  return make
}

/** What the checks of a schema ask of a value that is of its type. */
const checksOf = (schema: Schema): Accepts[] => {
  const { def } = schema._zod
  const own = (def as { check?: string }).check === 'string_format' ? [schema as never] : []
  return [...own, ...(def.checks ?? [])].map(acceptOf)
}

const acceptOf = (check: z.core.$ZodCheck<never>): Accepts => {
  const { def } = check._zod as unknown as { def: CheckDef }
  switch (def.check) {
    case 'min_length':
      return ({ length }: string | unknown[]) => length >= def.minimum
    case 'max_length':
      return ({ length }: string | unknown[]) => length <= def.maximum
    case 'greater_than': {
      const { value: least, inclusive } = def
      return inclusive ? (value: number) => value >= least : (value: number) => value > least
    }
    case 'less_than': {
      const { value: most, inclusive } = def
      return inclusive ? (value: number) => value <= most : (value: number) => value < most
    }
    case 'custom':
      return (value) => def.fn(value) === true
    default:
      return (value) => {
        const payload: z.core.ParsePayload<never> = { value, issues: [] }
        if (check._zod.check(payload) instanceof Promise) throw new TypeError('a check that takes time')
        return payload.issues.length === 0
      }
  }
}
