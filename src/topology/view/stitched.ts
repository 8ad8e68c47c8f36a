import type { Flow } from '../connections/flow.ts'
import type { ReportFlows } from '../connections/report-flows.ts'
import { stitch } from '../connections/stitch.ts'
import type { ReportIndex } from '../reports/report-index.ts'

interface Remembered {
  readonly of: readonly ReportFlows[]
  readonly flows: readonly Flow[]
}

// By the first report's flows, so that what is remembered goes with them.
const remembered = new WeakMap<ReportFlows, Remembered>()

/** The connections made of the half records of all reports; made once for one set of reports, for all views. */
export const stitchedFlows = (
  indexes: readonly ReportIndex[],
  reports: readonly ReportFlows[],
): readonly Flow[] => {
  const [first] = reports
  if (first === undefined) return []
  const known = remembered.get(first)
  if (known?.of.length === reports.length && known.of.every((flows, i) => flows === reports[i]))
    return known.flows
  const flows = stitch(
    indexes,
    reports.flatMap(({ halves }) => halves),
  )
  remembered.set(first, { of: reports, flows })
  return flows
}
