import { keepLatest } from '../keep-latest.ts'
import type { ReportIndex } from '../reports/report-index.ts'
import { NETWORKS } from '../view/options/networks-option.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placing/placement.ts'

/** Bounds the number of placements that are kept of a report that does not change. */
const MAX_PLACEMENTS = 64

const placements = (): Map<string, Placement> => new Map()

/** A key for a view and the values of the options that its placements depend on: its own, and that for networks, but not those for grouping. */
export const plainKey = (definition: ViewDefinition, options: ViewOptions): string =>
  JSON.stringify([definition.id, options[NETWORKS], ...definition.options.map(({ id }) => options[id])])

/**
 * The placement of a view without groups. It is kept with the report's index under the view's own options, so that all
 * groupings share it.
 */
export const plainPlacement = (
  definition: ViewDefinition,
  index: ReportIndex,
  options: ViewOptions,
): Placement => {
  const known = index.derived.of(placements, undefined)
  const key = plainKey(definition, options)
  const placed = known.get(key)
  if (placed) return placed
  const placement = definition.place(index, options)
  keepLatest(known, key, placement, MAX_PLACEMENTS)
  return placement
}
