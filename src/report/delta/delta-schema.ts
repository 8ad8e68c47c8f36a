import * as z from 'zod'
import { defaultLimits } from '../limits.ts'
import { envelopeSchema, type Report, reportSchema } from '../schema.ts'

const ids = z.array(z.string().min(1).max(defaultLimits.nameLength))

/** Sections whose entities are replaced and removed by id. */
export const keyedSections = ['nodes', 'connections', 'addresses', 'listeners', 'status', 'controls'] as const

export type KeyedSection = (typeof keyedSections)[number]

export const deltaSchema = reportSchema.extend({
  envelope: envelopeSchema.extend({ base: z.int().min(1) }),
  /** Ids of entities of the base that are no longer there. */
  removed: z.strictObject({
    nodes: ids,
    connections: ids,
    addresses: ids,
    listeners: ids.default([]),
    status: ids,
    controls: ids.default([]),
  }),
})

/**
 * What changed since the report with `seq` = `envelope.base`, which the app must still hold: a report in fewer bytes.
 * Rule 6 of the model.
 *
 * Each section holds the entities that are new or differ from the base, each one complete. `metrics` holds only metrics
 * that were sampled since the base, and only those samples. There are no removed metrics: a metric disappears with its
 * node, or when it has had no samples for long (see `applyDelta`).
 */
export type ReportDelta = z.infer<typeof deltaSchema>

/** A report as it is sent: whole, or as a delta. */
export type ReportMessage = Report | ReportDelta

export const isDelta = (message: ReportMessage): message is ReportDelta => message.envelope.base !== null
