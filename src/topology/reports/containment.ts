import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { flagFact } from './node-facts.ts'
import { containerOf, type ReportIndex } from './report-index.ts'

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
