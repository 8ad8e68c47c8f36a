import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { readReports } from '../../../tools/reports/read-reports.ts'
import { held } from './reports.ts'

/** Reports of real containers, made by `tools/record-report`: by eBPF, and by polling /proc. */
export type Recording = 'shop-ebpf' | 'shop-proc'

/** The text of a recording. */
export const recordedText = (name: Recording): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/reports/${name}.json`, import.meta.url)), 'utf8')

/** The reports of a recording, as the app holds them. */
export const recordedReports = (name: Recording): HeldReport[] =>
  readReports(recordedText(name)).map((report) => held(report))
