import type { ViewOption } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { stackOf } from '../../reports/stacks.ts'
import { parseUnion, unionValue } from './union.ts'

/** The option for containers without a stack. No stack can have this name, because it contains a space. */
const noStack: ViewOption = { value: 'No stack', label: 'No stack' }

const stackValue = (container: ReportNode): string => {
  const stack = stackOf(container)
  return stack === undefined ? noStack.value : unionValue(stack)
}

/** The predicate for a value of the stack option; an empty value lets all containers through. */
export const stackPredicate = (value: string): ((container: ReportNode) => boolean) => {
  const chosen = new Set(parseUnion(value))
  return chosen.size === 0 ? () => true : (container) => chosen.has(stackValue(container))
}

const stacksIn = ({ byTopology }: ReportIndex): readonly string[] => [
  ...new Set(byTopology.container.flatMap((container) => stackOf(container) ?? [])),
]

/** The stacks in the reports, sorted by name, and {@link noStack}; empty when there are no stacks. */
export const stackOptions = (indexes: readonly ReportIndex[]): ViewOption[] => {
  const names = [...new Set(indexes.flatMap((index) => index.derived.of(stacksIn, index)))].sort()
  const options = names.map((name) => ({ value: unionValue(name), label: name }))
  return options.length > 0 ? [...options, noStack] : []
}
