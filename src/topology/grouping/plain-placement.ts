import { keepLatest } from '../keep-latest.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placing/placement.ts'

const remembered = new WeakMap<ReportIndex, Map<string, Placement>>()

/** Bounds the number of cached placements of a report that does not change. */
const MAX_PLACEMENTS = 64

/** A cache key for a view and the values of its own options, without those for grouping. */
export const plainKey = (definition: ViewDefinition, options: ViewOptions): string =>
  JSON.stringify([definition.id, ...definition.options.map(({ id }) => options[id])])

/**
 * The placement of a view without groups. Cached by report and the view's own options, so that all its groupings
 * share it.
 */
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
