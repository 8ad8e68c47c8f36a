import { type GivenOptions, OptionError, type ViewOptions } from '../view/options/options.ts'
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
export const chooseGrouping = (query: GivenOptions): ViewOptions => {
  const group = query[GROUP] ?? ''
  const open = openIds(query[OPEN] ?? '')
  const allowed = group === '' ? [''] : [group]
  if (group !== '' && findGrouping(group) === undefined)
    throw refused(GROUP, group, `use one of ${groupingValues.join(', ')}`)
  const stranger = open.find((id) => !allowed.some((value) => isGroupIdOf(value, id)))
  if (stranger !== undefined)
    throw refused(
      OPEN,
      stranger,
      group === '' ? 'say with group= how to fold' : `use ids such as group:${group}=<key>`,
    )
  if (open.length > MAX_OPEN) throw refused(OPEN, `${open.length} groups`, `use at most ${MAX_OPEN} groups`)
  if (group === '') return {}
  return open.length === 0 ? { [GROUP]: group } : { [GROUP]: group, [OPEN]: open.join(',') }
}

const refused = (field: string, value: string, remedy: string): OptionError =>
  new OptionError(field, value.slice(0, 200), remedy)

const openIds = (text: string): string[] => [...new Set(text.split(','))].filter((id) => id !== '').sort()

/** The grouping that options choose, with the ids of its open groups; undefined when nothing is folded. */
export const groupingOf = (
  options: ViewOptions,
): { readonly grouping: Grouping; readonly open: ReadonlySet<string> } | undefined => {
  const grouping = findGrouping(options[GROUP] ?? '')
  return grouping && { grouping, open: new Set(openIds(options[OPEN] ?? '')) }
}
