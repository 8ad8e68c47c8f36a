import * as z from 'zod'
import { fieldPath } from './field-path.ts'
import type { ReportLimits } from './limits.ts'
import { ReportError } from './report-error.ts'
import {
  addressSchema,
  collectorStatusSchema,
  connectionSchema,
  metricSchema,
  nodeSchema,
  type Report,
  reportSchema,
} from './schema.ts'

const section = z.array(z.unknown())

/** All of a report but the entities in its sections. */
const frameSchema = reportSchema.extend({
  nodes: section,
  metrics: section,
  connections: section,
  addresses: section,
  status: section.max(64),
})

/**
 * Makes a report of a decoded value.
 *
 * Entities are checked one by one, up to the first that is wrong: a million wrong ones cost no more than one.
 *
 * @throws {ReportError} with the field and what was expected
 */
export const validateReport = (value: unknown, limits: ReportLimits): Report => {
  const frame = parse(frameSchema, value, [])
  for (const name of ['nodes', 'metrics', 'connections', 'addresses'] as const) {
    const size = frame[name].length
    if (size > limits[name])
      throw new ReportError('too_many', `${size} ${name}; at most ${limits[name]}`, {
        status: 413,
        field: name,
      })
  }
  return {
    ...frame,
    nodes: parseAll(nodeSchema, frame.nodes, 'nodes'),
    metrics: parseAll(metricSchema, frame.metrics, 'metrics'),
    connections: parseAll(connectionSchema, frame.connections, 'connections'),
    addresses: parseAll(addressSchema, frame.addresses, 'addresses'),
    status: parseAll(collectorStatusSchema, frame.status, 'status'),
  }
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
