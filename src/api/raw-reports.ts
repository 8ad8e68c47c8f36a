import * as z from 'zod'
import { reportSchema } from '../report/schema.ts'

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
