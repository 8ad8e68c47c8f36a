import { chooseView } from './grouping/choose-view.ts'
import { findView } from './view/catalogue.ts'
import type { GivenOptions, ViewOptions } from './view/options/options.ts'

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
