import type { ViewOptionGroup } from '../types.ts'
import { OptionError, type ViewOptions } from '../view/options.ts'
import { isGroupIdOf } from './group-id.ts'
import { findGrouping, type Grouping, groupingValues } from './grouping.ts'

/** Query parameters that every view takes. */
export const GROUP = 'group'
export const OPEN = 'open'

/** The options with which a view is not folded. */
export const ungrouped: ViewOptions = { [GROUP]: '', [OPEN]: '' }

const MAX_OPEN = 256

/**
 * How a view is to be folded, by a query: `group`, and in `open` the ids of the groups that are not. Neither is there when
 * nothing is folded, and equal choices give equal values.
 *
 * @throws OptionError
 */
export const chooseGrouping = (query: Readonly<Record<string, string>>): ViewOptions => {
  const group = query[GROUP] ?? ''
  const open = openIds(query[OPEN] ?? '')
  const allowed = group === '' ? [''] : [group]
  if (group !== '' && findGrouping(group) === undefined) throw refused(GROUP, groupingValues, group)
  const stranger = open.find((id) => !allowed.some((value) => isGroupIdOf(value, id)))
  if (stranger !== undefined)
    throw refused(OPEN, group === '' ? ['nothing without group'] : [`group:${group}=<name>`], stranger)
  if (open.length > MAX_OPEN) throw refused(OPEN, [`at most ${MAX_OPEN} groups`], `${open.length} groups`)
  if (group === '') return {}
  return open.length === 0 ? { [GROUP]: group } : { [GROUP]: group, [OPEN]: open.join(',') }
}

const refused = (id: string, allowed: readonly string[], value: string): OptionError => {
  const options = allowed.map((one) => ({ value: one, label: one }))
  const group: ViewOptionGroup = { id, defaultValue: '', options, selectType: 'one' }
  return new OptionError(group, value.slice(0, 200))
}

const openIds = (text: string): string[] => [...new Set(text.split(','))].filter((id) => id !== '').sort()

/** The grouping that options choose, with the ids of its open groups; undefined when nothing is folded. */
export const groupingOf = (
  options: ViewOptions,
): { readonly grouping: Grouping; readonly open: ReadonlySet<string> } | undefined => {
  const grouping = findGrouping(options[GROUP] ?? '')
  return grouping && { grouping, open: new Set(openIds(options[OPEN] ?? '')) }
}
