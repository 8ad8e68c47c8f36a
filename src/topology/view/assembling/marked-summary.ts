import type { NodeSummary } from '../../../api/types.ts'
import type { PlacedNode } from '../placing/placement.ts'

/** Adds to a node's summary the open group that the node is in. A node with parts in several groups is left unmarked. */
export const markedSummary = ({ summary, within }: Pick<PlacedNode, 'summary' | 'within'>): NodeSummary => {
  const [group, ...others] = within ?? []
  return group === undefined || others.length > 0 ? summary : { ...summary, group }
}
