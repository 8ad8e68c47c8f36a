import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { containerOf, type ReportIndex } from './index/report-index.ts'
import { flagFact } from './node-facts.ts'

/**
 * Which container a node belongs to in views of containers: a container belongs to itself, a process to the container
 * it runs in. `container` is undefined for a host and for a process outside of containers.
 *
 * @returns undefined for an exited process whose container has been removed (the report may keep the process for
 *   longer), for other topologies and for unknown ids
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
