import type { ViewOptionGroup } from '../../../api/types.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { type LabelFilter, labelFilterOption } from './label-filter.ts'
import { KINDS, type OptionGroup, STACKS } from './options.ts'
import { stackOptions } from './stack-filter.ts'

/**
 * The option groups of a view with the choices available now: the stacks found in the reports, and the label filters
 * that the app was configured with. A group without choices is left out.
 */
export const offeredOptions = (
  groups: readonly OptionGroup[],
  indexes: readonly ReportIndex[],
  labelFilters: readonly LabelFilter[],
): ViewOptionGroup[] =>
  groups.flatMap(({ alsoTakes: _, ...group }) => {
    const options = [
      ...group.options,
      ...(group.id === KINDS ? labelFilters.map(labelFilterOption) : []),
      ...(group.id === STACKS ? stackOptions(indexes) : []),
    ]
    return options.length > 0 ? [{ ...group, options }] : []
  })
