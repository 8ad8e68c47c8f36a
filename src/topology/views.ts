import type { ViewDescription } from '../api/types.ts'
import { chooseView } from './grouping/grouped-definition.ts'
import { offeredGroupings } from './grouping/offered-groupings.ts'
import type { HeldReport } from './held-report.ts'
import { defaultContext, type RenderContext, renderView } from './render.ts'
import { indexOf } from './reports/report-index.ts'
import { catalogue, findView } from './view/catalogue.ts'
import { inOrder } from './view/held-order.ts'
import { offeredOptions } from './view/options/offered-options.ts'
import type { GivenOptions, ViewOptions } from './view/options/options.ts'
import type { ViewDefinition } from './view/placement.ts'

export { type GivenOptions, OptionError, type ViewOptions } from './view/options/options.ts'

/** True when there is a view of this id. */
export const isView = (id: string): boolean => findView(id) !== undefined

/**
 * The options of a view by a query; defaults apply to what it does not name, and what names no option of the view is
 * passed over.
 *
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const parseOptions = (viewId: string, given: GivenOptions): ViewOptions =>
  chooseView(viewId, given).options

// By the reports, so that what is remembered goes with them.
const remembered = new WeakMap<readonly HeldReport[], Map<string, ViewDescription[]>>()

/**
 * What views there are, in order, with their numbers and the options there are now; those below another within it. Made
 * once for one and the same array of reports.
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
