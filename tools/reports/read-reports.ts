import * as z from 'zod'
import { checkConsistency } from '../../src/report/consistency.ts'
import { validateReport } from '../../src/report/encoding/validation.ts'
import { defaultLimits } from '../../src/report/limits.ts'
import type { Report } from '../../src/report/schema.ts'

const severalSchema = z.object({ reports: z.array(z.looseObject({ report: z.unknown() })) })

/**
 * The reports of a JSON text: one report, a list of them, or what `GET /api/report` gives.
 *
 * @throws SyntaxError when it is no JSON
 * @throws {ReportError} with the field that is wrong and what was expected
 */
export const readReports = (text: string): Report[] => {
  const value: unknown = JSON.parse(text)
  const several = severalSchema.safeParse(value)
  const given = several.success
    ? several.data.reports.map(({ report }) => report)
    : Array.isArray(value)
      ? value
      : [value]
  return given.map((one) => {
    const report = validateReport(one, defaultLimits)
    checkConsistency(report)
    return report
  })
}

/** Reports as a JSON list with a line for each entity, so that two of them can be compared by eye. */
export const writeReports = (reports: readonly Report[]): string =>
  `[${reports.map(writeReport).join(',\n')}]\n`

const writeReport = (report: Report): string => {
  const entries = Object.entries(report).map(([key, value]) => {
    const text =
      Array.isArray(value) && value.length > 0
        ? `[\n${value.map((entity) => JSON.stringify(entity)).join(',\n')}\n]`
        : JSON.stringify(value)
    return `${JSON.stringify(key)}:${text}`
  })
  return `{\n${entries.join(',\n')}\n}`
}
