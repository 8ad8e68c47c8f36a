import type { NodeSummary, ParentLink } from '../../../api/types.ts'
import { counted } from '../naming/labels.ts'

/** The summary of all processes of one name. */
export const nameGroupSummary = (
  name: string,
  processes: number,
  parents: readonly ParentLink[],
): NodeSummary => ({
  id: name,
  label: name,
  labelMinor: counted(processes, 'process', 'processes'),
  rank: name,
  shape: 'square',
  stack: true,
  metadata: [
    { id: 'process', label: 'Processes', value: String(processes), priority: 1, dataType: 'number' },
  ],
  parents,
})
