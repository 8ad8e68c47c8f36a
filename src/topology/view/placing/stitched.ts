import type { Flow } from '../../connections/flow.ts'
import type { ReportFlows } from '../../connections/report-flows.ts'
import { type Stitch, stitch } from '../../connections/stitch.ts'
import type { ReportIndex } from '../../reports/report-index.ts'

interface Remembered {
  readonly of: readonly ReportFlows[]
  readonly stitch: Stitch
}

// Keyed by the first report's flows, so that cached values are freed together with that report.
const remembered = new WeakMap<ReportFlows, Remembered>()

// Weak, because it would keep the previous reports in memory. It lives as long as somebody shows a view of those.
let latest: WeakRef<Stitch> | undefined

/**
 * The flows made from the halves of all reports; computed once for a set of reports and shared by all views. Flows
 * between reports that did not change stay the same objects.
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
