import type { Topology } from '../../report/schema.ts'
import { viewOf } from '../view/catalogue.ts'
import { chooseNetworks } from '../view/options/networks-option.ts'
import { chooseOptions, type GivenOptions, type ViewOptions } from '../view/options/options.ts'
import type { ViewDefinition } from '../view/placing/placement.ts'
import { chooseGrouping, type Folding, groupingOf } from './grouping-options.ts'

/** A view definition, and the options chosen for it. */
export interface ChosenView {
  readonly definition: ViewDefinition
  /** A value for every option of the view; `group` and `open` if it is grouped; `networks` if groups are to tell them. */
  readonly options: ViewOptions
  /** How nodes are folded into groups; undefined when they are not. */
  readonly folding?: Folding | undefined
}

/**
 * The view that a query asks for, with defaults applied to its options, and grouped as `group` and `open` say.
 *
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const chooseView = (viewId: string, query: GivenOptions): ChosenView => {
  const base = viewOf(viewId)
  const grouping = chooseGrouping(query)
  const folding = groupingOf(grouping)
  const hasGroups = folding !== undefined || base.children.includes('container')
  const options = {
    ...chooseOptions(base.options, query),
    ...grouping,
    ...chooseNetworks(query, hasGroups),
  }
  return { definition: folding ? withGroups(base) : base, options, folding }
}

const withGroups = (base: ViewDefinition): ViewDefinition => ({
  ...base,
  children: [...new Set<Topology>([...base.children, 'container', 'process'])],
})
