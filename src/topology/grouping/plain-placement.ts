import { keepLatest } from '../keep-latest.ts'
import type { Memory } from '../reports/index/memory.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import { toldIndex } from '../reports/index/told-index.ts'
import { NETWORKS } from '../view/options/networks-option.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { Placement, ViewDefinition } from '../view/placing/placement.ts'

/** Bounds the number of placements that are kept of a report that does not change. */
const MAX_PLACEMENTS = 64

/** The same of those that are kept for as long as a host tells of the same nodes, which may be for days. */
const MAX_TOLD = 8

const placements = (): Map<string, Placement> => new Map()

/** A key for a view and the values of the options that its placements depend on: its own, and that for networks, but not those for grouping. */
export const plainKey = (definition: ViewDefinition, options: ViewOptions): string =>
  JSON.stringify([definition.id, options[NETWORKS], ...definition.options.map(({ id }) => options[id])])

/**
 * The placement of a view without groups. It is kept with the report's index under the view's own options, so that all
 * groupings share it. Where each node of the view stands for one of the report alone, it is that of the next report, too, as long as this
 * one tells of the same nodes and addresses.
 */
export const plainPlacement = (
  definition: ViewDefinition,
  index: ReportIndex,
  options: ViewOptions,
): Placement =>
  placementIn(index.derived, MAX_PLACEMENTS, plainKey(definition, options), (key) =>
    definition.standsForSingles === true
      ? placementIn(index.told, MAX_TOLD, key, () =>
          rememberingPlaces(definition.place(toldIndex(index), options)),
        )
      : rememberingPlaces(definition.place(index, options)),
  )

/** @param most how many are kept in the memory: those asked for last */
const placementIn = (
  memory: Memory,
  most: number,
  key: string,
  make: (key: string) => Placement,
): Placement => {
  const known = memory.of(placements, undefined)
  const placement = known.get(key) ?? make(key)
  known.delete(key)
  keepLatest(known, key, placement, most)
  return placement
}

/** Caches `nodeOf`, which is called for both ends of every flow. */
export const rememberingPlaces = ({ nodeOf, ...placement }: Placement): Placement => {
  const places = new Map<string, string | undefined>()
  return {
    ...placement,
    nodeOf: (id) => {
      const known = places.get(id)
      if (known !== undefined || places.has(id)) return known
      const place = nodeOf(id)
      places.set(id, place)
      return place
    },
  }
}
