import { readFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ReportError } from '../../src/report/report-error.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { readReports, writeReports } from './read-reports.ts'
import { sanitiseReport } from './sanitise.ts'

const usage = `tools/sanitise-report [--keep-label KEY]… [FILE]

Takes what tells of the machine out of reports: a report, a list of them, or what GET /api/report gives, as JSON from FILE or
from the input. Writes a list of reports. Names of programs, images, containers, networks, stacks and systemd units
stay, and so do ports and private addresses: look at the result before you hand it on.
`

const options = { 'keep-label': { type: 'string', multiple: true }, help: { type: 'boolean' } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })
if (values.help || positionals.length > 1) {
  writeSync(values.help ? 1 : 2, usage)
  process.exit(values.help ? 0 : 2)
}
try {
  const pseudonyms = new Pseudonyms()
  const keepLabels = values['keep-label'] ?? []
  const reports = readReports(readFileSync(positionals[0] ?? 0, 'utf8'))
  process.stdout.write(
    writeReports(reports.map((report) => sanitiseReport(report, { pseudonyms, keepLabels }))),
  )
} catch (error) {
  const place = error instanceof ReportError && error.field !== undefined ? ` (${error.field})` : ''
  writeSync(2, `sanitise-report: ${error instanceof Error ? error.message : error}${place}\n`)
  process.exitCode = 1
}
