import type { ReportNode } from '../../../report/schema.ts'
import { isSystemContainer } from '../../nodes/system-container.ts'
import { isRunningContainer } from '../../reports/container-state.ts'
import { imageOf, type ReportIndex } from '../../reports/index/report-index.ts'
import { labelPredicate } from '../options/label-filter.ts'
import { KINDS, STACKS, type ViewOptions } from '../options/options.ts'
import { stackPredicate } from '../options/stack-filter.ts'

/** The containers that the options do not hide. */
export const visibleContainers = (index: ReportIndex, options: ViewOptions): ReportNode[] => {
  const isChosenKind = kindPredicate(index, options[KINDS] ?? '')
  const isOfStack = stackPredicate(options[STACKS] ?? '')
  return index.byTopology.container.filter(
    (container) =>
      (options.stopped === 'both' || isRunningContainer(container) === (options.stopped !== 'stopped')) &&
      isChosenKind(container) &&
      isOfStack(container),
  )
}

const kindPredicate = (index: ReportIndex, kind: string): ((container: ReportNode) => boolean) => {
  if (kind === 'all') return () => true
  const isSystem = (container: ReportNode) => isSystemContainer(container, imageOf(index, container))
  return labelPredicate(kind) ?? ((container) => isSystem(container) === (kind === 'system'))
}
