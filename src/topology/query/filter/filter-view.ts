import type { View } from '../../view/view.ts'
import type { Query } from '../language/ast.ts'
import type { FoldedTexts } from '../match/folded-texts.ts'
import { graphOf } from '../match/graph.ts'
import type { ConnectedView } from './touched.ts'
import { type FilteredView, ViewFilter } from './view-filter.ts'

/** Further input of {@link filterView}. */
export interface FilterOptions {
  /** The text of the query. */
  readonly text: string
  /** The same view without groups. Members of closed groups are looked up in it. */
  readonly ungrouped?: View
  /** Those of the nodes, see `compileQuery`. */
  readonly texts?: FoldedTexts
}

/** Reduces a view to what a query selects, once. Of a view that goes on changing, a {@link ViewFilter} tests what changed. */
export const filterView = (
  view: View,
  query: Query,
  { text, ungrouped, texts }: FilterOptions,
): FilteredView =>
  new ViewFilter({ text, query }, texts).update(connected(view), ungrouped && connected(ungrouped))

const connected = (view: View): ConnectedView => ({ view, edgesOf: graphOf(view).edgesOf })
