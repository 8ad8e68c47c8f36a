import * as z from 'zod'
import { controlDescriptionSchema, MAX_CONTROLS } from '../control/control.ts'
import {
  deltaSchema,
  type KeyedSection,
  keyedSections,
  type ReportDelta,
  type ReportMessage,
} from '../delta/delta-schema.ts'
import type { ReportLimits } from '../limits.ts'
import { ReportError } from '../report-error.ts'
import {
  addressSchema,
  collectorStatusSchema,
  connectionSchema,
  listenerSchema,
  MAX_STATUS,
  metricSchema,
  nodeSchema,
  type Report,
  reportSchema,
} from '../schema.ts'
import { fieldPath } from './field-path.ts'

const section = z.array(z.unknown())

const sections = {
  nodes: section,
  metrics: section,
  connections: section,
  addresses: section,
  listeners: section.default([]),
  status: section.max(MAX_STATUS),
  controls: section.max(MAX_CONTROLS).default([]),
}

/** A report whose sections are arrays of unchecked entities; those are parsed one by one afterwards. */
const frameSchema = reportSchema.extend(sections)

const deltaFrameSchema = deltaSchema.extend(sections)

const entities = {
  nodes: z.array(nodeSchema),
  metrics: z.array(metricSchema),
  connections: z.array(connectionSchema),
  addresses: z.array(addressSchema),
  listeners: z.array(listenerSchema).default([]),
}

/** A whole report, whose numbers of entities only the limits of an app bound (see {@link checkSizes}). */
export const sizedReportSchema = reportSchema.extend(entities)

/** Likewise for a delta. */
export const sizedDeltaSchema = deltaSchema.extend(entities)

const hasBaseSchema = z.looseObject({ envelope: z.looseObject({ base: z.number() }) })

/** True when a decoded value is to be read as a delta: its envelope names a base. */
export const hasBase = (value: unknown): boolean => hasBaseSchema.safeParse(value).success

/**
 * Validates a decoded value as a whole report.
 *
 * Entities are validated one by one and the first invalid one ends it, so a body with a million invalid entities costs
 * no more than one.
 *
 * @throws {ReportError} with the field and what was expected
 */
export const validateReport = (value: unknown, limits: ReportLimits): Report => {
  const frame = parse(frameSchema, value, [])
  return { ...frame, ...parseSections(frame, limits) }
}

/**
 * Validates a decoded value as a delta, in the same way as {@link validateReport}.
 *
 * @throws {ReportError} with the field and what was expected
 */
export const validateDelta = (value: unknown, limits: ReportLimits): ReportDelta => {
  const frame = parse(deltaFrameSchema, value, [])
  return { ...frame, ...parseSections(frame, limits) }
}

/** @throws {ReportError} when a section of a report or delta has more entities than the limits of an app allow */
export const checkSizes = (message: ReportMessage | Frame, limits: ReportLimits): void => {
  if ('removed' in message)
    for (const name of keyedSections)
      checkSize(`removed.${name}`, message.removed[name], limitOf(name, limits))
  for (const name of ['nodes', 'metrics', 'connections', 'addresses', 'listeners'] as const)
    checkSize(name, message[name], limits[name])
}

/** Most entities of a section; those of which a report has few have the same limit in every app. */
const limitOf = (name: KeyedSection, limits: ReportLimits): number => {
  if (name === 'status') return MAX_STATUS
  return name === 'controls' ? MAX_CONTROLS : limits[name]
}

type Frame = z.infer<typeof frameSchema> | z.infer<typeof deltaFrameSchema>

const parseSections = (frame: Frame, limits: ReportLimits) => {
  checkSizes(frame, limits)
  return {
    nodes: parseAll(nodeSchema, frame.nodes, 'nodes'),
    metrics: parseAll(metricSchema, frame.metrics, 'metrics'),
    connections: parseAll(connectionSchema, frame.connections, 'connections'),
    addresses: parseAll(addressSchema, frame.addresses, 'addresses'),
    listeners: parseAll(listenerSchema, frame.listeners, 'listeners'),
    status: parseAll(collectorStatusSchema, frame.status, 'status'),
    controls: parseAll(controlDescriptionSchema, frame.controls, 'controls'),
  }
}

const checkSize = (name: string, { length: size }: readonly unknown[], limit: number): void => {
  if (size <= limit) return
  throw new ReportError('too_many', `${size} ${name}; at most ${limit}`, { status: 413, field: name })
}

const parseAll = <Entity>(schema: z.ZodType<Entity>, values: readonly unknown[], name: string): Entity[] =>
  values.map((value, index) => parse(schema, value, [name, index]))

const parse = <Value>(schema: z.ZodType<Value>, value: unknown, at: readonly PropertyKey[]): Value => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = fieldPath([...at, ...(issue?.path ?? []), ...unknownKey])
  throw new ReportError(
    'invalid_field',
    `${field ?? 'the report'}: ${issue?.message ?? 'not what was expected'}`,
    field === undefined ? {} : { field },
  )
}
