import type { NodeSummary } from '../../api/types.ts'
import type { PlacedNode } from '../view/placing/placement.ts'

const marked = new WeakMap<NodeSummary, NodeSummary>()

/**
 * Adds to a node's summary the open group that the node is in. A node with parts in several groups is left unmarked.
 * The same summary and group give the same object.
 */
export const markedSummary = ({ summary, within }: Pick<PlacedNode, 'summary' | 'within'>): NodeSummary => {
  const [group, ...others] = within ?? []
  if (group === undefined || others.length > 0) return summary
  const known = marked.get(summary)
  if (known?.group?.id === group.id && known.group.label === group.label) return known
  const made: NodeSummary = { ...summary, group }
  marked.set(summary, made)
  return made
}
