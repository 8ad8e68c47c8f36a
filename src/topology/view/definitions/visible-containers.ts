import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { uncontainedSummary } from '../../nodes/pseudo-summary.ts'
import { isSystemContainer } from '../../nodes/system-container.ts'
import { isRunningContainer } from '../../reports/container-state.ts'
import { flagFact } from '../../reports/node-facts.ts'
import { containerOf, imageOf, type ReportIndex } from '../../reports/report-index.ts'
import type { ViewOptions } from '../options.ts'
import type { PlacedNode } from '../placement.ts'

/** The containers that the options let through. */
export const visibleContainers = (index: ReportIndex, options: ViewOptions): ReportNode[] =>
  index.byTopology.container.filter(
    (container) =>
      (options.stopped === 'both' || isRunningContainer(container) === (options.stopped !== 'stopped')) &&
      (options.system === 'all' ||
        isSystemContainer(container, imageOf(index, container)) === (options.system === 'system')),
  )

/** The node that stands for all processes in no container; undefined when the options hide it. */
export const uncontained = (index: ReportIndex, options: ViewOptions): PlacedNode | undefined =>
  options.pseudo === 'show'
    ? { summary: uncontainedSummary(index.report.host.id, index.report.host.name) }
    : undefined

/**
 * Where a node of a report belongs when containers are what is looked at: in a container, or in none. Undefined: in a
 * container that is gone (an exited process may outlive it in the report).
 */
export const containment = (
  index: ReportIndex,
  id: string,
): { readonly container: ReportNode | undefined } | undefined => {
  const node = index.nodes.get(id)
  switch (node?.topology) {
    case 'container':
      return { container: node }
    case 'host':
      return { container: undefined }
    case 'process': {
      const container = containerOf(index, node)
      const gone =
        container === undefined && node.parents.container !== undefined && flagFact(node, facts.exited)
      return gone ? undefined : { container }
    }
    default:
      return undefined
  }
}
