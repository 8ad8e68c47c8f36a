import type { ViewDescription } from '../api/types.ts'
import { chooseView } from './grouping/grouped-definition.ts'
import { offeredGroupings } from './grouping/offered-groupings.ts'
import type { HeldReport } from './held-report.ts'
import { defaultContext, type RenderContext, renderView } from './render.ts'
import { indexOf } from './reports/report-index.ts'
import { catalogue, findView } from './view/catalogue.ts'
import { offeredOptions } from './view/options/offered-options.ts'
import type { GivenOptions, ViewOptions } from './view/options/options.ts'
import { inOrder } from './view/placing/held-order.ts'
import type { ViewDefinition } from './view/placing/placement.ts'

export { type GivenOptions, OptionError, type ViewOptions } from './view/options/options.ts'

/** True when there is a view of this id. */
export const isView = (id: string): boolean => findView(id) !== undefined

/**
 * The options that a query gives for a view. Groups that the query does not name get their defaults; names that are
 * not option groups of the view are ignored.
 *
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const parseOptions = (viewId: string, given: GivenOptions): ViewOptions =>
  chooseView(viewId, given).options

// Keyed by the array of reports, so that cached values are freed together with it.
const remembered = new WeakMap<readonly HeldReport[], Map<string, ViewDescription[]>>()

/**
 * Describes all views in listing order: their statistics, and the options and groupings that are available at the
 * moment. Views below another are nested in it. Computed once per array of reports and options.
 *
 * @param optionsByView options by view id; defaults apply to views that are not named
 */
export const describeViews = (
  held: readonly HeldReport[],
  optionsByView: Readonly<Record<string, ViewOptions | undefined>> = {},
  context: RenderContext = defaultContext,
): readonly ViewDescription[] => {
  const byOptions = remembered.get(held) ?? new Map<string, ViewDescription[]>()
  remembered.set(held, byOptions)
  const key = JSON.stringify([optionsByView, context.labelFilters])
  const known = byOptions.get(key)
  if (known) return known
  const made = makeDescriptions(held, optionsByView, context)
  byOptions.set(key, made)
  return made
}

const makeDescriptions = (
  held: readonly HeldReport[],
  optionsByView: Readonly<Record<string, ViewOptions | undefined>>,
  context: RenderContext,
): ViewDescription[] => {
  const indexes = inOrder(held).map(indexOf)
  const describe = (view: ViewDefinition): ViewDescription => {
    const below = catalogue.filter(({ parent }) => parent === view.id)
    const chosen = optionsByView[view.id] ?? {}
    const groups = offeredGroupings(view, chooseView(view.id, chosen).options, indexes)
    const options = offeredOptions(view.options, indexes, context.labelFilters ?? [])
    return {
      name: view.name,
      rank: view.rank,
      hide_if_empty: view.hideIfEmpty,
      options: options.length > 0 ? options : null,
      url: `/api/topology/${view.id}`,
      ...(below.length > 0 ? { sub_topologies: below.map(describe) } : {}),
      ...(groups.length > 0 ? { groups } : {}),
      stats: renderView(view.id, chosen, held, context).stats,
    }
  }
  return catalogue.filter(({ parent }) => parent === undefined).map(describe)
}
