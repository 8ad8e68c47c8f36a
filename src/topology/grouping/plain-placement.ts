import type { ReportIndex } from '../reports/report-index.ts'
import type { ViewOptions } from '../view/options.ts'
import type { Placement, ViewDefinition } from '../view/placement.ts'

const remembered = new WeakMap<ReportIndex, Map<string, Placement>>()

/** More than this many sets of options at a time are not asked for; it bounds what a report that never changes holds. */
const MAX_PLACEMENTS = 64

/** Where the nodes of a report go in a view without groups; made once for the view's own options, for all its groupings. */
export const plainPlacement = (
  definition: ViewDefinition,
  index: ReportIndex,
  options: ViewOptions,
): Placement => {
  const key = JSON.stringify([definition.id, ...definition.options.map(({ id }) => options[id])])
  let ofReport = remembered.get(index)
  if (ofReport === undefined) {
    ofReport = new Map()
    remembered.set(index, ofReport)
  }
  const known = ofReport.get(key)
  if (known) return known
  const placement = definition.place(index, options)
  const [oldest] = ofReport.keys()
  if (ofReport.size >= MAX_PLACEMENTS && oldest !== undefined) ofReport.delete(oldest)
  ofReport.set(key, placement)
  return placement
}
