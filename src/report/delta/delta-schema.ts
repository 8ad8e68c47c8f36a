import * as z from 'zod'
import { defaultLimits } from '../limits.ts'
import { envelopeSchema, type Report, reportSchema } from '../schema.ts'

const ids = z.array(z.string().min(1).max(defaultLimits.nameLength))

/** Sections whose entities are replaced and removed by id. */
export const keyedSections = ['nodes', 'connections', 'addresses', 'listeners', 'status'] as const

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
  }),
})

/**
 * What changed since the report `envelope.base`, which the app holds: a way to send a report in fewer bytes. Rule 6 of the
 * model.
 *
 * A section has the entities that are new or other than in the base, each whole. Of metrics it has those with a sample
 * since the base, and just these samples; a metric goes with its node, or when nothing was told of it for long.
 */
export type ReportDelta = z.infer<typeof deltaSchema>

/** A report as it travels. */
export type ReportMessage = Report | ReportDelta

export const isDelta = (message: ReportMessage): message is ReportDelta => message.envelope.base !== null
