import { type GivenOptions, OptionError, type ViewOptions } from '../view/options/options.ts'
import { isGroupIdOf } from './group-id.ts'
import { findGrouping, type Grouping, groupingValues } from './grouping.ts'

/** Query parameters for grouping, which every view accepts. */
export const GROUP = 'group'
export const OPEN = 'open'
export const REST = 'rest'

/** The option values that turn grouping off. */
export const ungrouped: ViewOptions = { [GROUP]: '', [OPEN]: '', [REST]: '' }

const MAX_OPEN = 256
const FOLD = 'fold'
const restValues = [FOLD, 'show']

/**
 * The grouping options of a query: `group`, in `open` the ids of the open groups, and `rest=fold` when what is in no group
 * is folded, too. Empty when there is no grouping. `open` is sorted, so that equal choices give equal values.
 *
 * @throws OptionError when the grouping does not exist, `rest` has another value, or `open` has ids of other groupings or too
 * many
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
  const rest = query[REST] ?? ''
  if (!['', ...restValues].includes(rest)) throw refused(REST, rest, `use one of ${restValues.join(', ')}`)
  if (group === '') return {}
  return {
    [GROUP]: group,
    ...(open.length > 0 ? { [OPEN]: open.join(',') } : {}),
    ...(rest === FOLD ? { [REST]: FOLD } : {}),
  }
}

const refused = (field: string, value: string, remedy: string): OptionError =>
  new OptionError(field, value.slice(0, 200), remedy)

const openIds = (text: string): string[] => [...new Set(text.split(','))].filter((id) => id !== '').sort()

/** A grouping, and which of its groups are open. */
export interface Folding {
  readonly grouping: Grouping
  /** Ids of groups. */
  readonly open: ReadonlySet<string>
  /** Whether what is in no group is folded into a group of its own. */
  readonly foldsRest: boolean
}

/** The chosen grouping; undefined without. */
export const groupingOf = (options: ViewOptions): Folding | undefined => {
  const grouping = findGrouping(options[GROUP] ?? '')
  return (
    grouping && { grouping, open: new Set(openIds(options[OPEN] ?? '')), foldsRest: options[REST] === FOLD }
  )
}
