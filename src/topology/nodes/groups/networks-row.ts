import type { MetadataRow } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { setFact } from '../../reports/node-facts.ts'

/** The networks of all containers among some nodes, each once and sorted, as the row that one container has for its own; none without. */
export const networksRow = (nodes: Iterable<ReportNode>): readonly MetadataRow[] => {
  const networks = new Set<string>()
  for (const node of nodes) {
    if (node.topology !== 'container') continue
    for (const network of setFact(node, facts.containerNetworks)) networks.add(network)
  }
  const value = [...networks].sort().join(', ')
  return value === '' ? [] : [{ id: facts.containerNetworks, label: 'Networks', value, priority: 7 }]
}
