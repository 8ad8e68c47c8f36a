import type { ViewDescription } from '../../api/types.ts'
import { chooseView } from '../grouping/choose-view.ts'
import { offeredGroupings } from '../grouping/offered-groupings.ts'
import type { HeldReport } from '../held-report.ts'
import { catalogue } from '../view/catalogue.ts'
import { offeredOptions } from '../view/options/offered-options.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { ViewDefinition } from '../view/placing/placement.ts'
import type { Pipeline } from './pipeline.ts'

/** Options by view id; defaults apply to views that are not named. */
export type OptionsByView = Readonly<Record<string, ViewOptions | undefined>>

/** Describes all views in listing order; those below another are nested in it. */
export const describe = (
  pipeline: Pipeline,
  held: readonly HeldReport[],
  optionsByView: OptionsByView,
): readonly ViewDescription[] => {
  const indexes = pipeline.reports(held).map(({ index }) => index)
  const describeView = (view: ViewDefinition): ViewDescription => {
    const below = catalogue.filter(({ parent }) => parent === view.id)
    const chosen = optionsByView[view.id] ?? {}
    const groups = offeredGroupings(view, chooseView(view.id, chosen).options, indexes)
    const options = offeredOptions(view.options, indexes, pipeline.context.labelFilters ?? [])
    return {
      name: view.name,
      rank: view.rank,
      hide_if_empty: view.hideIfEmpty,
      options: options.length > 0 ? options : null,
      url: `/api/topology/${view.id}`,
      ...(below.length > 0 ? { sub_topologies: below.map(describeView) } : {}),
      ...(groups.length > 0 ? { groups } : {}),
      stats: pipeline.view(view.id, chosen, held).stats,
    }
  }
  return catalogue.filter(({ parent }) => parent === undefined).map(describeView)
}
