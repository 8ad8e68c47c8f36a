import { keepLatest } from '../keep-latest.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placement.ts'

const remembered = new WeakMap<ReportIndex, Map<string, Placement>>()

/** Bounds what a report that never changes holds. */
const MAX_PLACEMENTS = 64

/** Names a view and the values of its own options. */
export const plainKey = (definition: ViewDefinition, options: ViewOptions): string =>
  JSON.stringify([definition.id, ...definition.options.map(({ id }) => options[id])])

/** Where the nodes of a report go in a view without groups; made once for the view's own options, for all its groupings. */
export const plainPlacement =
  (definition: ViewDefinition): ViewDefinition['place'] =>
  (index, options) => {
    const key = plainKey(definition, options)
    let ofReport = remembered.get(index)
    if (ofReport === undefined) {
      ofReport = new Map()
      remembered.set(index, ofReport)
    }
    const known = ofReport.get(key)
    if (known) return known
    const placement = definition.place(index, options)
    keepLatest(ofReport, key, placement, MAX_PLACEMENTS)
    return placement
  }
