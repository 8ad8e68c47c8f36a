import * as z from 'zod'
import { deltaSchema } from '../report/delta/delta-schema.ts'
import { reportSchema } from '../report/schema.ts'
import { errorBodySchema } from './app.ts'

/** A report, as documents name it. */
export const namedReportSchema = reportSchema.meta({
  id: 'Report',
  description:
    "A probe's whole view of its host at a moment. Times within it are milliseconds on the probe's own clock, which " +
    'begins with the probe.',
})

export const rawReportsSchema = z
  .object({
    reports: z
      .array(
        z
          .object({
            arrivedAt: z.iso.datetime().describe("On the app's clock."),
            startedAt: z.iso.datetime().describe("The app's clock when the probe's was 0."),
            verified: z.boolean().describe("The probe shares the app's key."),
            report: namedReportSchema,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({
    id: 'RawReports',
    description: 'The latest report of each probe that is not silent: all that views are made of.',
  })

/** `GET /api/report` */
export type RawReports = z.infer<typeof rawReportsSchema>

/** The body of `POST /api/report`: a whole report, or what changed since one. */
export const reportMessageSchema = z.union([
  namedReportSchema,
  deltaSchema.meta({
    id: 'ReportDelta',
    description:
      'What changed since the report `envelope.base`, which the app holds: new and changed entities, each whole, and the ' +
      'ids of those that are gone.',
  }),
])

/** What a probe gets for its report. */
export const reportTakenSchema = z
  .object({
    seq: z.int().min(1),
    restMs: z
      .exactOptional(z.int().min(1))
      .describe(
        'Nobody looks at the moment: if nothing appears or disappears, the next report may come only so many milliseconds after this one.',
      ),
  })
  .readonly()
  .meta({ id: 'ReportTaken', description: 'The report was taken.' })

/** What a probe gets for a report that does not follow those before. */
export const reportConflictSchema = errorBodySchema
  .unwrap()
  .extend({
    need: z.exactOptional(z.literal('full')).describe('The app does not hold the base: send a whole report.'),
  })
  .readonly()
  .meta({ id: 'ReportConflict', description: 'The report does not follow those before.' })
