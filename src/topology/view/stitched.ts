import type { Flow } from '../connections/flow.ts'
import type { ReportFlows } from '../connections/report-flows.ts'
import { type Stitch, stitch } from '../connections/stitch.ts'
import type { ReportIndex } from '../reports/report-index.ts'

interface Remembered {
  readonly of: readonly ReportFlows[]
  readonly stitch: Stitch
}

// By the first report's flows, so that what is remembered goes with them.
const remembered = new WeakMap<ReportFlows, Remembered>()

// Weak, or each would hold the reports before it: whoever shows a view of those keeps it.
let latest: WeakRef<Stitch> | undefined

/**
 * The connections made of the half records of all reports; made once for one set of reports, for all views. Those between
 * reports that are as they were are the same objects as before.
 */
export const stitchedFlows = (
  indexes: readonly ReportIndex[],
  reports: readonly ReportFlows[],
): readonly Flow[] => {
  const [first] = reports
  if (first === undefined) return []
  const known = remembered.get(first)
  if (known?.of.length === reports.length && known.of.every((flows, i) => flows === reports[i]))
    return known.stitch.flows
  const made = stitch(
    indexes,
    reports.flatMap(({ halves }) => halves),
    latest?.deref(),
  )
  remembered.set(first, { of: reports, stitch: made })
  latest = new WeakRef(made)
  return made.flows
}
