import { type GivenOptions, OptionError, type ViewOptions } from './options.ts'

/** Query parameter, which every view accepts: whether nodes that stand for several containers tell the networks of these. */
export const NETWORKS = 'networks'

const SHOW = 'show'
const values: readonly string[] = ['hide', SHOW]

/**
 * The choice of a query; empty where it makes no difference, so that one view is not made twice.
 *
 * @param hasGroups whether nodes of the view stand for several
 * @throws OptionError when it is given a value that it does not have
 */
export const chooseNetworks = (query: GivenOptions, hasGroups: boolean): ViewOptions => {
  const given = query[NETWORKS] ?? 'hide'
  if (!values.includes(given)) throw new OptionError(NETWORKS, given, `use one of ${values.join(', ')}`)
  return hasGroups && given === SHOW ? { [NETWORKS]: SHOW } : {}
}

/** Whether nodes that stand for several containers are to tell the networks of these. */
export const tellsNetworks = (options: ViewOptions): boolean => options[NETWORKS] === SHOW
