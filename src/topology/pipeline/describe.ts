import type { ViewDescription } from '../../api/types.ts'
import { chooseView } from '../grouping/choose-view.ts'
import { ungrouped } from '../grouping/grouping-options.ts'
import { offeredGroupings } from '../grouping/offered-groupings.ts'
import { suggestedGrouping } from '../grouping/suggested-grouping.ts'
import { tallyGroupings } from '../grouping/tally.ts'
import type { HeldReport } from '../held-report.ts'
import type { RenderContext } from '../render-context.ts'
import { catalogue } from '../view/catalogue.ts'
import { offeredOptions } from '../view/options/offered-options.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { ViewDefinition } from '../view/placing/placement.ts'
import type { View } from '../view/view.ts'
import type { ViewParts } from '../view/view-parts.ts'
import type { IndexedReports } from './indexed-reports.ts'

/** What views are described by. */
export interface Described {
  readonly context: RenderContext
  reports(held: readonly HeldReport[]): IndexedReports
  view(viewId: string, options: ViewOptions, held: readonly HeldReport[]): View
  parts(viewId: string, options: ViewOptions, held: readonly HeldReport[]): Pick<ViewParts, 'leafCounts'>
}

/** Options by view id; defaults apply to views that are not named. */
export type OptionsByView = Readonly<Record<string, ViewOptions | undefined>>

/** What a node of a view is, where it may be one of several replicas. */
const kindOf: Readonly<Record<string, 'container' | 'process' | undefined>> = {
  containers: 'container',
  processes: 'process',
}

/** Describes all views in listing order; those below another are nested in it. */
export const describe = (
  pipeline: Described,
  held: readonly HeldReport[],
  optionsByView: OptionsByView,
): readonly ViewDescription[] => {
  const indexes = pipeline.reports(held).map(({ index }) => index)
  const describeView = (view: ViewDefinition): ViewDescription => {
    const below = catalogue.filter(({ parent }) => parent === view.id)
    const chosen = optionsByView[view.id] ?? {}
    const own = chooseView(view.id, chosen).options
    // Only the view itself can tell which of its nodes have no connection.
    const plain = view.dropsUnconnected(own)
      ? pipeline.view(view.id, { ...own, ...ungrouped }, held).nodes
      : undefined
    const tally = tallyGroupings(view, own, indexes, plain && ((id) => plain.has(id)))
    const { stats } = pipeline.view(view.id, chosen, held)
    const { folded, foldable, buckets } = pipeline.parts(view.id, chosen, held).leafCounts
    const groups = offeredGroupings(tally, buckets)
    const all = stats.node_count - stats.nonpseudo_node_count + folded
    const pseudo = { all, folded: all - foldable }
    const suggested = suggestedGrouping(tally, pseudo, kindOf[view.id])
    const options = offeredOptions(view.options, indexes, pipeline.context.labelFilters ?? [])
    return {
      name: view.name,
      rank: view.rank,
      hide_if_empty: view.hideIfEmpty,
      options: options.length > 0 ? options : null,
      url: `/api/topology/${view.id}`,
      ...(below.length > 0 ? { sub_topologies: below.map(describeView) } : {}),
      ...(groups.length > 0 ? { groups } : {}),
      ...(suggested ? { suggested } : {}),
      stats,
    }
  }
  return catalogue.filter(({ parent }) => parent === undefined).map(describeView)
}
