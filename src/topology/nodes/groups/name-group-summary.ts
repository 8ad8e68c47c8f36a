import type { NodeSummary, ParentLink } from '../../../api/types.ts'
import { exitedRows, type NodeCount, processWords } from '../node-count.ts'

/** The summary of all processes of one name. */
export const nameGroupSummary = (
  name: string,
  count: NodeCount,
  parents: readonly ParentLink[],
): NodeSummary => ({
  id: name,
  label: name,
  labelMinor: processWords(count),
  rank: name,
  shape: 'square',
  stack: true,
  metadata: [
    { id: 'process', label: 'Processes', value: String(count.there), priority: 1, dataType: 'number' },
    ...exitedRows(count.exited, 1),
  ],
  parents,
})
